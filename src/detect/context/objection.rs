//! What speaks against a named value being a secret.
//!
//! Never: names of rules, places. The same measures decide and explain, so that the two cannot part.

use std::cell::OnceCell;

use gix::bstr::ByteSlice;

use super::{
    assignment::Assignment,
    chosen::{
        is_chosen_number, is_chosen_word, is_expression, is_long_word, is_password, is_phrase, is_shown,
        is_strong_choice, repeats_its_name,
    },
    file::{FileKind, Syntax},
    login::is_beside_a_user,
    name::{ends_as_password, is_done_with_a_password, is_weak, may_hold_a_drawn_secret, may_name_a_secret},
    placeholder::{is_made_of_sample_words, is_made_up, is_placeholder},
    public::{is_password_hash, is_public},
    randomness::{is_doubtless, is_mixed_row, is_random},
    reference::{encodes_no_secret, is_path, is_reference},
};

/// A longer value is no secret without a format of its own.
const MAX_SECRET: usize = 1024;
/// In so long a value a mark of code is chance.
const LONG: usize = 40;

/// A named value, and what its place says of it.
pub struct NamedValue<'a> {
    /// Where it stands.
    pub text: &'a [u8],
    /// Whether that is a workflow of a CI; found out once for all values.
    pub is_workflow: &'a OnceCell<bool>,
    /// The name and the value.
    pub assignment: &'a Assignment,
    /// The words of the name.
    pub words: &'a [String],
    /// The kind of the file.
    pub file: FileKind,
    /// A value as a person might choose it is enough.
    pub may_be_chosen: bool,
}

/// A reason to think that a named value is no secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Objection {
    /// `token_url`, `public_key`.
    OtherName,
    /// Nothing is there.
    Empty,
    /// More than a kilobyte.
    Long,
    /// A variable, a template, a look-up, a store, a type.
    Reference,
    /// Stars, `changeme`, `your-token`.
    Placeholder,
    /// `myTestPass1`.
    SampleWords,
    /// By how it begins, or by its shape.
    Public,
    /// `pbkdf2_sha256$...`
    Hash,
    /// Of a file.
    Path,
    /// An expression, a regular expression, markup.
    Code,
    /// `password = "Password1"`.
    RepeatsName,
    /// Base64 of a reference or a placeholder.
    EncodesNoSecret,
    /// Neither drawn by a machine nor as a person chooses it.
    NotChosen,
    /// Not drawn by a machine.
    NotDrawn,
}

/// Whether an objection holds.
type Holds = fn(&NamedValue<'_>) -> bool;

/// In the order in which they say most.
const OBJECTIONS: [(Objection, Holds); 12] = [
    (Objection::OtherName, |it| {
        let is_told = it.assignment.is_password || it.assignment.is_key;
        !is_told && (!it.may_be_named_so() || it.is_in_path() || it.passes_on() || it.is_action())
    }),
    (Objection::Empty, |it| it.value().is_empty()),
    (Objection::Long, |it| it.value().len() > MAX_SECRET),
    (Objection::Reference, |it| is_reference(it.value(), it.assignment.quoted) || it.names_an_object()),
    (Objection::Placeholder, |it| !it.is_of_a_real_login() && is_placeholder(it.value())),
    (Objection::SampleWords, |it| !it.is_of_a_real_login() && is_made_of_sample_words(it.value())),
    (Objection::Public, |it| is_public(it.value())),
    (Objection::Hash, |it| is_password_hash(it.value())),
    (Objection::Path, |it| is_path(it.value())),
    (Objection::Code, |it| it.value().len() < LONG && is_expression(it.value()) || is_shown(it.value())),
    (Objection::RepeatsName, |it| !it.assignment.is_password && repeats_its_name(it.name(), it.value())),
    (Objection::EncodesNoSecret, |it| encodes_no_secret(it.value())),
];

impl<'a> NamedValue<'a> {
    /// What the name is set to, decoded.
    pub fn value(&self) -> &'a [u8] {
        self.assignment.value_in(self.text)
    }

    /// Whether nothing speaks against it.
    pub fn counts(&self) -> bool {
        // What most values fail at first.
        self.value().len() <= MAX_SECRET && self.has_shape() && !OBJECTIONS.iter().any(|(_, holds)| holds(self))
    }

    /// What speaks most against it.
    pub fn objection(&self) -> Option<Objection> {
        let said = OBJECTIONS.iter().find(|(_, holds)| holds(self)).map(|&(objection, _)| objection);
        let chosen = self.may_be_chosen || self.file.secrets;
        said.or_else(|| (!self.has_shape()).then_some(if chosen { Objection::NotChosen } else { Objection::NotDrawn }))
    }

    /// By the last word of the name, which says nothing against a value that can be nothing but a secret.
    fn may_be_named_so(&self) -> bool {
        may_name_a_secret(self.words) || may_hold_a_drawn_secret(self.words) && is_mixed_row(self.value())
    }

    fn has_shape(&self) -> bool {
        let (value, secrets) = (self.value(), self.file.secrets);
        if self.may_be_chosen && self.is_of_a_label() {
            return is_password(value, self.is_literal()) && value.iter().any(u8::is_ascii_digit);
        }
        if self.may_be_chosen {
            return is_password(value, self.is_literal())
                || secrets && is_long_word(value)
                || is_phrase(value) && self.may_be_phrase()
                || is_chosen_word(value) && (self.is_literal_word() || self.is_of_a_login())
                || is_chosen_number(value) && (self.assignment.quoted || self.is_setting());
        }
        if is_weak(self.words) {
            return is_doubtless(value);
        }
        // `session({ secret: "..." })`
        let says_secret = || match self.words {
            [.., before, last] => last == "secret" || before == "secret" && last == "key",
            [last] => last == "secret",
            [] => false,
        };
        is_random(value)
            || secrets && is_password(value, self.is_literal())
            || self.is_literal() && says_secret() && is_strong_choice(value)
    }

    /// By its syntax, its name or its neighbours.
    fn is_of_a_login(&self) -> bool {
        // A workflow's services have passwords, too, and nothing in them.
        let is_workflow = || *self.is_workflow.get_or_init(|| self.text.contains_str("runs-on:"));
        let is_setting = || self.is_setting() && !is_workflow();
        self.assignment.is_password || is_setting() || is_beside_a_user(self.text, self.file, self.assignment)
    }

    /// Words with spaces between them may be a sentence: only a setting and a login have none.
    fn may_be_phrase(&self) -> bool {
        self.is_in_capitals()
            || !self.value().contains(&b' ') && self.is_literal() && ends_as_password(self.words)
            || self.is_of_a_login()
    }

    /// `DB_PASSWORD=value` in a file of settings: nobody writes a word there that is none.
    fn is_setting(&self) -> bool {
        !self.assignment.quoted && self.is_in_capitals()
    }

    /// In a file of settings, with quotes or without.
    fn is_in_capitals(&self) -> bool {
        let is_settings = matches!(self.file.syntax, Syntax::Lines | Syntax::Shell | Syntax::Yaml | Syntax::Text);
        // Of a script that stands in other code; what has another sign is a comment.
        let is_in_script = || {
            let sign = self.text.get(self.assignment.name.end);
            self.file.syntax == Syntax::Quoted && !self.assignment.quoted && sign == Some(&b'=')
        };
        (is_settings || is_in_script())
            && self.name().contains(&b'_')
            && !self.name().iter().any(u8::is_ascii_lowercase)
    }

    /// `password = "value"`: words of forms, states and types apart, people put nothing else there. A filter has a `pass`, too.
    fn is_literal_word(&self) -> bool {
        self.is_literal() && ends_as_password(self.words) && self.value().iter().all(u8::is_ascii_lowercase)
    }

    /// In a file that programs log in with, and that is no sample: a poor password is one as well.
    fn is_of_a_real_login(&self) -> bool {
        let has = |class: fn(&u8) -> bool| self.value().iter().any(class);
        self.file.secrets
            && !self.file.sample
            && self.assignment.is_password
            && has(u8::is_ascii_digit)
            && has(u8::is_ascii_alphabetic)
            && !is_made_up(self.value())
    }

    /// By its quotes, or since nothing else stands in such a place.
    fn is_literal(&self) -> bool {
        self.assignment.quoted
            || self.assignment.is_password
            || matches!(self.file.syntax, Syntax::Lines | Syntax::Yaml | Syntax::Markup | Syntax::Shell)
            || self.is_setting()
    }

    /// `passwordSecret: my-release-postgres`: the object of a cluster that holds the password.
    fn names_an_object(&self) -> bool {
        const HELD: [&str; 6] = ["credentials", "existing", "key", "password", "tls", "token"];
        let is_label = || {
            let is_part = |part: &[u8]| {
                let letters = part.iter().take_while(|byte| byte.is_ascii_lowercase()).count();
                letters > 0 && part.len() - letters <= 2 && part[letters..].iter().all(u8::is_ascii_digit)
                    || (1..=4).contains(&part.len()) && part.iter().all(u8::is_ascii_digit)
            };
            self.value().contains(&b'-') && self.value().split(|&byte| byte == b'-').all(is_part)
        };
        self.file.syntax == Syntax::Yaml
            && matches!(self.words, [.., before, last] if last == "secret" && HELD.contains(&before.as_str())
                || before == "existing" || last == "secret" && self.words[0] == "existing")
            && is_label()
    }

    /// `"SSH password": "..."`: a text about it, as of a form, rather than its name.
    fn is_of_a_label(&self) -> bool {
        let name = &self.assignment.name;
        let quote = self.text.get(name.end);
        self.text[..name.start].ends_with(b" ") && quote.is_some_and(|quote| b"\"'".contains(quote))
    }

    /// `proxy_pass http://...` and `fastcgi_pass unix:...` of nginx, which set nothing.
    fn passes_on(&self) -> bool {
        const DIRECTIVES: [&[u8]; 6] =
            [b"fastcgi_pass", b"grpc_pass", b"memcached_pass", b"proxy_pass", b"scgi_pass", b"uwsgi_pass"];
        let between = self.text.get(self.assignment.name.end..self.assignment.value.start).unwrap_or_default();
        DIRECTIVES.contains(&self.name()) && between.iter().all(|byte| b" \t".contains(byte))
    }

    /// `reset_password: always`, unless the value can be nothing but a password.
    fn is_action(&self) -> bool {
        let value = self.value();
        let has = |class: fn(&u8) -> bool| value.iter().any(class);
        let is_mixed = || has(u8::is_ascii_digit) && has(u8::is_ascii_uppercase);
        let is_password = || is_mixed() && (is_random(value) || is_strong_choice(value));
        is_done_with_a_password(self.words) && !is_password()
    }

    /// A part of a path, but for a parameter that is named by one; or of the address of a file that its owner shares:
    /// `?alt=media&token=...`.
    fn is_in_path(&self) -> bool {
        let name = &self.assignment.name;
        let before = &self.text[..name.start];
        let between = self.text.get(name.end..self.assignment.value.start).unwrap_or_default();
        // The name of the value's own key stands between them.
        let is_parameter = || between.iter().filter(|byte| byte.is_ascii_alphabetic()).count() >= b"value".len();
        before.ends_with(b"/") && !is_parameter()
            || before.ends_with(b"alt=media&")
            || before.ends_with(b"alt=media&amp;")
    }

    fn name(&self) -> &'a [u8] {
        &self.text[self.assignment.name.clone()]
    }
}

impl Objection {
    /// For a person.
    pub fn words(self) -> &'static str {
        match self {
            Self::OtherName => "has a name that is about something else than the secret itself",
            Self::Empty => "is empty",
            Self::Long => "is too long for a secret without a format",
            Self::Reference => "refers to something",
            Self::Placeholder => "is a placeholder",
            Self::SampleWords => "is put together from words of samples",
            Self::Public => "is of a kind that is public by design",
            Self::Hash => "is the hash of a password",
            Self::Path => "is the path of a file",
            Self::Code => "is code",
            Self::RepeatsName => "says what its name says",
            Self::EncodesNoSecret => "is base64 of a reference or a placeholder",
            Self::NotChosen => "looks neither drawn by a machine nor chosen as a password",
            Self::NotDrawn => "does not look drawn by a machine",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whether_a_text_is_a_workflow_is_found_out_once() {
        let text = b"runs-on: x\nDB_PASSWORD=kestrel\n";
        let [quoted, is_password, is_key] = [false; 3];
        let assignment = Assignment { name: 11..22, value: 23..30, text: None, quoted, is_password, is_key };
        let words = ["db", "password"].map(str::to_owned);
        // What is known is not looked for again: each value of a long text would go through all of it.
        for (known, counts) in [(None, false), (Some(true), false), (Some(false), true)] {
            let is_workflow = known.map_or_else(OnceCell::new, OnceCell::from);
            let file = FileKind { secrets: false, ..FileKind::of(b"a.env") };
            let value = NamedValue {
                text,
                is_workflow: &is_workflow,
                assignment: &assignment,
                words: &words,
                file,
                may_be_chosen: true,
            };
            assert_eq!(value.is_of_a_login(), counts, "{known:?}");
            assert!(is_workflow.get().is_some());
        }
    }
}
