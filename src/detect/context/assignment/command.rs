//! Values on command lines: `--name value`, `curl -u user:value`, `mysql -pvalue`, `ENV name value`, `login x password value`.

use std::ops::Range;

use gix::bstr::ByteSlice;

use super::{Assignment, MAX_NAME, MAX_VALUE, Reader, is_name, is_quote};
use crate::detect::context::{file::Syntax, find::places};

/// How far before a flag the command may stand that gives it its meaning.
const COMMAND: usize = 240;

/// Between the arguments of a command that is written as a list.
const IN_LISTS: [&[u8]; 4] = [b"\", \"", b"', '", b"\",\"", b"','"];

/// How a flag of one letter takes a password.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Takes {
    /// `-p value` and `-pvalue`.
    Value,
    /// `-pvalue` only.
    Joined,
    /// `-u user:value`, with this sign between them.
    Pair(u8),
}

/// The flags of one letter that take a password, by command.
const FLAGS: [(&[u8], u8, Takes); 54] = [
    (b"curl", b'u', Takes::Pair(b':')),
    (b"sshpass", b'p', Takes::Value),
    (b"mysql", b'p', Takes::Joined),
    (b"mysqldump", b'p', Takes::Joined),
    (b"mysqladmin", b'p', Takes::Joined),
    (b"mysqlimport", b'p', Takes::Joined),
    (b"mysqlsh", b'p', Takes::Joined),
    (b"mariadb", b'p', Takes::Joined),
    (b"docker login", b'p', Takes::Value),
    (b"podman login", b'p', Takes::Value),
    (b"registry login", b'p', Takes::Value),
    (b"oc login", b'p', Takes::Value),
    (b"az login", b'p', Takes::Value),
    (b"cf login", b'p', Takes::Value),
    (b"mongo", b'p', Takes::Value),
    (b"mongosh", b'p', Takes::Value),
    (b"mongodump", b'p', Takes::Value),
    (b"mongorestore", b'p', Takes::Value),
    (b"redis-cli", b'a', Takes::Value),
    (b"ldapsearch", b'w', Takes::Value),
    (b"ldapadd", b'w', Takes::Value),
    (b"ldapmodify", b'w', Takes::Value),
    (b"sqlcmd", b'P', Takes::Value),
    (b"isql", b'P', Takes::Value),
    (b"sqlplus", b'p', Takes::Value),
    (b"unzip", b'P', Takes::Value),
    (b"zip", b'P', Takes::Value),
    (b"7z", b'p', Takes::Joined),
    (b"smbclient", b'U', Takes::Pair(b'%')),
    (b"ipmitool", b'P', Takes::Value),
    (b"bcp", b'P', Takes::Value),
    (b"twine upload", b'p', Takes::Value),
    (b"ssh-keygen", b'N', Takes::Value),
    (b"ldappasswd", b's', Takes::Value),
    (b"http", b'a', Takes::Pair(b':')),
    (b"https", b'a', Takes::Pair(b':')),
    (b"xh", b'a', Takes::Pair(b':')),
    (b"xhs", b'a', Takes::Pair(b':')),
    (b"helm registry login", b'p', Takes::Value),
    (b"openssl enc", b'k', Takes::Value),
    (b"lftp", b'u', Takes::Pair(b',')),
    (b"rdesktop", b'p', Takes::Value),
    (b"mosquitto_pub", b'P', Takes::Value),
    (b"mosquitto_sub", b'P', Takes::Value),
    (b"cqlsh", b'p', Takes::Value),
    (b"security unlock-keychain", b'p', Takes::Value),
    (b"security create-keychain", b'p', Takes::Value),
    (b"security import", b'P', Takes::Value),
    (b"altool", b'p', Takes::Value),
    (b"nuget add source", b'p', Takes::Value),
    (b"nuget update source", b'p', Takes::Value),
    (b"acr login", b'p', Takes::Value),
    (b"buildah login", b'p', Takes::Value),
    (b"skopeo login", b'p', Takes::Value),
];

/// The flags of several letters that take a password, with their sign, by command.
const WORD_FLAGS: [(&[u8], &[u8]); 6] = [
    (b"plink", b"-pw"),
    (b"plink.exe", b"-pw"),
    (b"pscp", b"-pw"),
    (b"pscp.exe", b"-pw"),
    (b"psftp", b"-pw"),
    (b"signtool", b"/p"),
];

/// The long flags that take a user and a password with a colon between them, by command.
const PAIR_FLAGS: [(&[u8], &[u8]); 7] = [
    (b"curl", b"user"),
    (b"curl", b"proxy-user"),
    (b"http", b"auth"),
    (b"https", b"auth"),
    (b"xh", b"auth"),
    (b"xhs", b"auth"),
    (b"etcdctl", b"user"),
];

/// What a password is piped into.
const SINKS: [&[u8]; 9] = [
    b"sudo -S",
    b"chpasswd",
    b"sudo chpasswd",
    b"passwd --stdin",
    b"sudo passwd --stdin",
    b"passwd ",
    b"docker login",
    b"podman login",
    b"helm registry login",
];

/// Whether a password is next behind the words that stand between it and its command.
type IsNext = fn(&[&[u8]]) -> bool;

/// Commands that take a password without a flag.
const OPERANDS: [(&[u8], IsNext); 17] = [
    (b"net user", |words| words.len() == 1),
    (b"net use", |words| words.last().is_some_and(|share| share.starts_with(b"\\\\"))),
    (b"htpasswd", |words| words.len() == 3 && words[0].starts_with(b"-") && words[0].contains(&b'b')),
    (b"sqlplus", are_flags),
    (b"impdp", are_flags),
    (b"expdp", are_flags),
    (b"sqlldr", are_flags),
    (b"rman target", are_none),
    (b"rabbitmqctl add_user", |words| words.len() == 1),
    (b"rabbitmqctl change_password", |words| words.len() == 1),
    (b"cargo login", are_none),
    (b"vault login", are_none),
    (b"ConvertTo-SecureString", are_flags),
    (b"snmp-server community", are_none),
    (b"nmcli", |words| words.last().is_some_and(|last| last == b"password")),
    (b"composer config", are_host_and_user),
    (b"poetry config", are_host_and_user),
];

/// Those of them that take `user/value@host`.
const LOGONS: [&[u8]; 5] = [b"sqlplus", b"impdp", b"expdp", b"sqlldr", b"rman target"];

fn are_none(words: &[&[u8]]) -> bool {
    words.is_empty()
}

fn are_flags(words: &[&[u8]]) -> bool {
    words.iter().all(|word| word.starts_with(b"-"))
}

fn are_host_and_user(words: &[&[u8]]) -> bool {
    matches!(words, [.., host, _] if host.starts_with(b"http-basic."))
}

/// The first letters of [`OPERANDS`].
const BEGINS_OPERANDS: [bool; 256] = {
    let mut table = [false; 256];
    let mut at = 0;
    while at < OPERANDS.len() {
        table[OPERANDS[at].0[0] as usize] = true;
        at += 1;
    }
    table
};

impl Reader<'_> {
    /// `--name value`, `-p value` and the other flags of [`FLAGS`].
    pub(super) fn at_flag(&self, at: usize) -> Option<Assignment> {
        let opens = at == self.start || matches!(self.text[at - 1], b' ' | b'\t' | b'"' | b'\'' | b'`' | b'(' | b'[');
        if !opens || self.syntax == Syntax::Markup {
            return None;
        }
        match self.byte(at + 1)? {
            b'-' => self.at_long_flag(at),
            letter if letter.is_ascii_alphabetic() => {
                let taken = self.at_short_flag(at, letter).or_else(|| self.at_word_flag(at));
                taken.or_else(|| self.of_word_flag(at))
            }
            _ => None,
        }
    }

    fn at_long_flag(&self, at: usize) -> Option<Assignment> {
        let start = at + 2;
        let name = start..start + self.text[start..].iter().take(MAX_NAME).take_while(|&&byte| is_name(byte)).count();
        if name.is_empty() {
            return None;
        }
        if let Some(item) = self.next_item(name.end) {
            return Some(match self.literal(item.start) {
                Some(literal) => Assignment::quoted(name, literal),
                None => Assignment::plain(name, item),
            });
        }
        let in_list = IN_LISTS.iter().find(|list| self.text[name.end..].starts_with(list));
        if in_list.is_none() && self.byte(name.end) != Some(b' ') {
            return None;
        }
        let value = in_list.map_or(name.end + 1, |list| name.end + list.len() - 1);
        if self.byte(value) == Some(b'-') {
            return None;
        }
        // `gh secret set NAME --body value`
        if self.text[name.clone()] == *b"body" {
            let set = self.command_before(at, b"secret set")?;
            let named = self.spaces(set.end);
            let len = self.text[named..at].iter().take_while(|&&byte| is_name(byte)).count();
            return self.argument(named..named + len, value);
        }
        let mut clients = PAIR_FLAGS.iter().filter(|(_, flag)| self.text[name.clone()] == **flag);
        let client = clients.find_map(|(command, _)| self.command_before(at, command));
        match client {
            Some(command) => self.password_of_user(self.argument(command.start..name.end, value)?, b':'),
            None => self.argument(name, value).filter(|argument| argument.quoted || !self.is_told_of(argument)),
        }
    }

    /// `- --name` and, on the next line, `- value`: the arguments of a container, as a list of YAML.
    fn next_item(&self, at: usize) -> Option<Range<usize>> {
        let at = at + usize::from(self.byte(at).is_some_and(is_quote));
        let is_item = self.syntax == Syntax::Yaml && self.text[self.line..at].trim_ascii_start().starts_with(b"- ");
        let below = self.text.get(at..).filter(|_| is_item)?;
        let below = below.strip_prefix(b"\r").unwrap_or(below).strip_prefix(b"\n")?;
        let below = below.trim_start_with(|sign| sign == ' ').strip_prefix(b"- ")?;
        let len = below.iter().take(MAX_VALUE).take_while(|byte| !byte.is_ascii_whitespace()).count();
        let start = self.text.len() - below.len();
        (len > 0 && below[0] != b'-').then_some(start..start + len)
    }

    /// `the --user and --password arguments are passed on`: a sentence about a flag.
    fn is_told_of(&self, argument: &Assignment) -> bool {
        const JOINING: [&[u8]; 16] = [
            b"and", b"are", b"can", b"for", b"from", b"has", b"if", b"in", b"is", b"may", b"must", b"of", b"or", b"to",
            b"was", b"will",
        ];
        let behind = self.text[argument.value.end..self.end.max(argument.value.end)].trim_ascii_start();
        let next = behind.split(|byte| !byte.is_ascii_alphabetic()).next().unwrap_or_default();
        self.text[argument.value.clone()].iter().all(u8::is_ascii_alphabetic) && JOINING.contains(&next)
    }

    /// `-storepass value` and `-Password value`.
    fn at_word_flag(&self, at: usize) -> Option<Assignment> {
        let name =
            at + 1..at + 1 + self.text[at + 1..].iter().take(MAX_NAME).take_while(|&&byte| is_name(byte)).count();
        let value = self.spaces(name.end);
        if name.len() < 4 || value == name.end || self.byte(value) == Some(b'-') {
            return None;
        }
        let assignment = self.argument(name, value)?;
        // `openssl -passin pass:value`
        match assignment.value_in(self.text).strip_prefix(b"pass:") {
            Some(_) => {
                let value = assignment.value.start + 5..assignment.value.end;
                Some(Assignment { value, ..assignment.into_password() })
            }
            None => Some(assignment),
        }
    }

    /// `plink -pw value` and the other flags of [`WORD_FLAGS`].
    fn of_word_flag(&self, at: usize) -> Option<Assignment> {
        let flags = WORD_FLAGS.iter().filter(|(_, flag)| self.text[at..].starts_with(flag));
        let (command, flag) =
            flags.into_iter().find_map(|(command, flag)| Some((self.command_before(at, command)?, *flag)))?;
        let behind = at + flag.len();
        let spaced = self.byte(behind) == Some(b' ') && self.byte(behind + 1) != Some(b'-');
        if spaced { Some(self.argument(command.start..behind, behind + 1)?.into_password()) } else { None }
    }

    /// `/password:value`, `xfreerdp /p:value` and `signtool /p value`, with the slash at `at`.
    pub(super) fn at_slash(&self, at: usize) -> Option<Assignment> {
        if self.syntax == Syntax::Markup || !self.before(at).ends_with(b" ") {
            return None;
        }
        let is_flag = |flag: &[u8]| {
            self.text[at + 1..self.end].get(..flag.len()).is_some_and(|word| word.eq_ignore_ascii_case(flag))
        };
        if is_flag(b"password:") {
            return Some(self.argument(at + 1..at + 9, at + 10)?.into_password());
        }
        match self.command_before(at, b"xfreerdp").filter(|_| is_flag(b"p:")) {
            Some(command) => Some(self.argument(command.start..at + 2, at + 3)?.into_password()),
            None => self.of_word_flag(at),
        }
    }

    fn at_short_flag(&self, at: usize, letter: u8) -> Option<Assignment> {
        let flags = FLAGS.iter().filter(|(_, flag, _)| *flag == letter);
        let (command, takes) =
            flags.into_iter().find_map(|(command, _, takes)| Some((self.command_before(at, command)?, *takes)))?;
        let behind = at + 2;
        let in_list = IN_LISTS.iter().find(|list| self.text[behind..].starts_with(list));
        let value = match (self.byte(behind)?, in_list) {
            (_, Some(list)) if takes == Takes::Value => behind + list.len() - 1,
            (b' ', _) if takes != Takes::Joined => behind + 1,
            (b' ' | b'\n', _) => return None,
            _ => behind,
        };
        // `-print`, `-passin`: words of letters are other flags.
        if value == behind && self.literal(value).is_none() && self.word(value).len() < 4 {
            return None;
        }
        let assignment = self.argument(command.start..at + 2, value)?;
        match takes {
            // A comma ends a word elsewhere.
            Takes::Pair(b',') if self.byte(assignment.value.end) == Some(b',') => {
                Some(self.argument(assignment.name, assignment.value.end + 1)?.into_password())
            }
            Takes::Pair(sign) => self.password_of_user(assignment, sign),
            Takes::Value | Takes::Joined => Some(assignment.into_password()),
        }
    }

    /// The command, as a word of its own on the line before `at`.
    fn command_before(&self, at: usize, command: &[u8]) -> Option<Range<usize>> {
        let near = self.start.max(at.saturating_sub(COMMAND));
        let before = &self.text[near..at];
        let is_word = |found: &usize| {
            !found.checked_sub(1).is_some_and(|at| before[at].is_ascii_alphanumeric())
                && before.get(found + command.len()).is_some_and(|byte| matches!(byte, b' ' | b'\t' | b'"' | b'\''))
        };
        // The address that a command asks for may have its name in it.
        let found = before.rfind_iter(command).find(is_word)?;
        Some(near + found..near + found + command.len())
    }

    /// The same, of the first such word on the line, which may end at `at`.
    fn first_command(&self, at: usize, command: &[u8]) -> Option<Range<usize>> {
        let near = self.start.max(at.saturating_sub(COMMAND));
        let found = places(&self.text[near..at], command).next()?;
        let is_word = !found.checked_sub(1).is_some_and(|before| is_name(self.text[near + before]))
            && matches!(self.text[near + found + command.len()], b' ' | b'\t');
        is_word.then(|| near + found..near + found + command.len())
    }

    pub(super) fn argument(&self, name: Range<usize>, at: usize) -> Option<Assignment> {
        if let Some(literal) = self.literal(at) {
            return Some(Assignment::quoted(name, literal));
        }
        let value = self.word(at);
        (!value.is_empty()).then(|| Assignment::plain(name, value))
    }

    pub(super) fn password_of_user(&self, assignment: Assignment, sign: u8) -> Option<Assignment> {
        let value = &self.text[assignment.value.clone()];
        let found = value.find_byte(sign).filter(|&found| found > 0)?;
        let value = assignment.value.start + found + 1..assignment.value.end;
        Some(Assignment { value, ..assignment.into_password() })
    }

    /// What a space separates: `ENV name value`, `machine x login y password value`.
    pub(super) fn at_space(&self, at: usize) -> Option<Assignment> {
        let before = self.before(at);
        let last = before.last()?;
        if !is_name(*last) && *last != b'}' {
            return None;
        }
        let of_machine = before.ends_with(b"password").then(|| self.password_of_machine(at)).flatten();
        if of_machine.is_some() {
            return of_machine;
        }
        let device = self.of_device(at).or_else(|| self.told(at));
        if let Some(found) = device.or_else(|| self.directive(at)).or_else(|| self.operand(at)) {
            return Some(found);
        }
        if self.syntax != Syntax::Shell || !matches!(self.text[self.line..].first(), Some(b'E' | b'A')) {
            return None;
        }
        let start = self.line + 4;
        let is_instruction = self.start == self.line && self.text[self.line..].starts_with(b"ENV ") && start < at;
        let is_name = is_instruction && self.text[start..at].iter().all(|&byte| is_name(byte));
        if is_name { self.argument(start..at, at + 1) } else { None }
    }

    /// A `.netrc`, which may stand on one line or on several.
    fn password_of_machine(&self, at: usize) -> Option<Assignment> {
        let name = at - 8..at;
        let near = &self.text[at.saturating_sub(COMMAND)..name.start];
        let of_machine = near.contains_str("machine ") || near.contains_str("default ");
        let login = near.trim_ascii_end().rsplit(u8::is_ascii_whitespace).nth(1);
        if !of_machine || login != Some(b"login") || self.byte(name.start.checked_sub(1)?).is_some_and(is_name) {
            return None;
        }
        let end = self.text.len().min(at + MAX_VALUE);
        let value = self.spaces(at);
        let len = self.text[value..end]
            .iter()
            .take_while(|&&byte| !byte.is_ascii_whitespace() && !is_quote(byte) && byte != b'\\')
            .count();
        (len > 0).then(|| Assignment::plain(name, value..value + len).into_password())
    }

    /// What a command takes without a flag: `net user me value`, `htpasswd -b file me value`, `sqlplus me/value@host`.
    fn operand(&self, at: usize) -> Option<Assignment> {
        // Asked at each space, and on hardly any line is there such a command.
        let line = &self.text[self.start..self.end];
        let begins_one = |at: usize| {
            BEGINS_OPERANDS[usize::from(line[at])]
                && !at.checked_sub(1).is_some_and(|before| is_name(line[before]))
                && OPERANDS.iter().any(|(command, _)| line[at..].starts_with(command))
        };
        let has_any = || (0..line.len()).any(begins_one);
        if !*self.has_command.get_or_init(has_any) {
            return None;
        }
        let (command, is_next) =
            OPERANDS.into_iter().find_map(|(command, is_next)| Some((self.first_command(at, command)?, is_next)))?;
        let between = self.text[command.end..at].split(|&byte| byte == b' ').filter(|word| !word.is_empty());
        if !is_next(&between.collect::<Vec<_>>()) || matches!(self.byte(at + 1), Some(b'/' | b'-' | b'*')) {
            return None;
        }
        let is_logon = LOGONS.contains(&&self.text[command.clone()]);
        let operand = self.argument(command, at + 1)?;
        if is_logon { self.password_of_logon(operand) } else { Some(operand.into_password()) }
    }

    /// Of `user/value@host`, as clients of Oracle take it.
    fn password_of_logon(&self, logon: Assignment) -> Option<Assignment> {
        let place = logon.value.clone();
        let host = self.text[place.clone()].rfind_byte(b'@').map_or(place.end, |host| place.start + host);
        self.password_of_user(Assignment { value: place.start..host, ..logon }, b'/')
    }

    /// `echo value | sudo -S` and `echo user:value | chpasswd`, with the pipe at `at`.
    pub(super) fn at_pipe(&self, at: usize) -> Option<Assignment> {
        let start = self.spaces(at + 1);
        // `{{ "value" | password_hash("sha512") }}`
        if self.text[start..].starts_with(b"password_hash") {
            let value = self.literal_before(self.start.min(at) + self.before(at).trim_ascii_end().len())?;
            let hash = start..start + b"password_hash".len();
            return Some(Assignment { quoted: true, ..Assignment::plain(hash, value) }.into_password());
        }
        let sink = SINKS.into_iter().find(|sink| self.text[start..].starts_with(sink))?;
        let before = self.before(at);
        let echo = before.rfind("echo ")?;
        let mut begin = self.start.min(at) + echo + 5;
        while self.byte(begin) == Some(b'-') {
            begin = self.spaces(begin + 2);
        }
        let assignment = self.argument(start..start + sink.len(), begin)?;
        if assignment.value.end > at {
            return None;
        }
        let takes_user = sink.ends_with(b"chpasswd");
        if takes_user { self.password_of_user(assignment, b':') } else { Some(assignment.into_password()) }
    }
}
