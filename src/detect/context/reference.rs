//! Values that stand for a value which is elsewhere: variables, templates, look-ups, secret stores, ciphertext, types.

use super::{
    find::{AnyOf, holds, places},
    placeholder::{is_made_of_sample_words, is_placeholder},
    randomness::{is_made_of_words, is_random, is_scrambled},
};

/// Whether `value` refers to a secret instead of being one.
pub fn is_reference(value: &[u8], quoted: bool) -> bool {
    is_variable(value)
        || is_template(value)
        || STORES.iter().any(|store| starts_with_folded(value, store))
        || value.split(|&byte| byte == b'|').all(is_type)
        || LOOKUPS.iter().any(|lookup| value.starts_with(lookup))
        || (!quoted && (is_bare_expression(value) || is_comment(value) || is_answer(value) || is_marked_name(value)))
}

/// `string`, `VARCHAR(128)`, `min:8`
fn is_type(part: &[u8]) -> bool {
    let of_size = |part: &[u8]| part.iter().all(|byte| byte.is_ascii_digit() || b", ".contains(byte));
    let word = part.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    let is_sized = match &part[word..] {
        [] => true,
        [b'(', size @ .., b')'] | [b':', size @ ..] => of_size(size),
        _ => false,
    };
    is_sized && TYPES.iter().any(|known| part[..word].eq_ignore_ascii_case(known))
}

/// `@DB_PASSWORD` in a template, `@user.password` in Ruby.
fn is_marked_name(value: &[u8]) -> bool {
    let of = |is_letter: fn(&u8) -> bool, name: &[u8]| name.iter().all(|byte| is_letter(byte) || b"_.".contains(byte));
    value.strip_prefix(b"@").is_some_and(|name| {
        name.contains(&b'_') && of(u8::is_ascii_uppercase, name)
            || name.contains(&b'.') && of(u8::is_ascii_lowercase, name)
    })
}

/// `password=#of the user`
fn is_comment(value: &[u8]) -> bool {
    value.strip_prefix(b"#").is_some_and(|text| text.iter().all(|byte| byte.is_ascii_alphabetic() || *byte == b' '))
}

/// `(using password: YES)`, however the sentence goes on.
fn is_answer(value: &[u8]) -> bool {
    let said = value.split(|&byte| byte == b')').next().unwrap_or_default();
    said.len() < value.len() && TYPES.iter().any(|word| said.eq_ignore_ascii_case(word))
}

/// Whether `value` is the path of a file. Base64 begins with a slash, too.
pub fn is_path(value: &[u8]) -> bool {
    let is_small = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"/._-".contains(byte);
    let says_something =
        |part: &[u8]| part.is_empty() || part.iter().filter(|byte| byte.is_ascii_lowercase()).count() >= 3;
    let parts = || value.split(|&byte| byte == b'/');
    let is_long = || parts().count() > 3 && value.iter().all(is_small) && parts().all(says_something);
    ["/", "./", "../", "~/"].iter().any(|start| value.starts_with(start.as_bytes()))
        && (is_long() || !is_random(value) && !is_scrambled(value))
}

/// Base64 of a text that is a reference or a placeholder, as in a Kubernetes Secret of a template.
pub fn encodes_no_secret(value: &[u8]) -> bool {
    let decoded = data_encoding::BASE64.decode(value).or_else(|_| data_encoding::BASE64_NOPAD.decode(value));
    decoded.is_ok_and(|text| {
        let is_text = text.len() >= 6 && text.iter().all(|byte| byte.is_ascii_graphic() || byte.is_ascii_whitespace());
        let text = text.trim_ascii();
        is_text && (is_reference(text, true) || is_placeholder(text) || is_made_of_sample_words(text))
    })
}

/// Secret stores, and values that are encrypted where they stand.
const STORES: &[&[u8]] = &[
    b"op://",
    b"vault:",
    b"vault://",
    b"ref+",
    b"secretsmanager:",
    b"{{resolve:",
    b"arn:aws",
    b"@microsoft.keyvault",
    b"akv:",
    b"doppler://",
    b"keyring:",
    b"gopass:",
    b"pass:",
    b"sm://",
    b"berglas://",
    b"infisical://",
    b"bws://",
    b"gcp:",
    b"awssm:",
    b"ssm:",
    b"env:",
    b"env://",
    b"file:",
    b"classpath:",
    b"data:",
    b"enc[",
    b"enc(",
    b"encrypted:",
    b"$ansible_vault",
    b"!vault",
    b"secure:",
    b"v1:AAAA",
    b"aqicah",
    b"aqecah",
    b"kms:",
    b"arn:",
    b"urn:",
    b"sops:",
];

/// Types and words of schemas.
const TYPES: &[&[u8]] = &[
    b"char",
    b"varchar",
    b"nvarchar",
    b"min",
    b"max",
    b"confirmed",
    b"nullable",
    b"string",
    b"str",
    b"secretstr",
    b"bytes",
    b"text",
    b"bool",
    b"boolean",
    b"int",
    b"integer",
    b"number",
    b"object",
    b"array",
    b"password",
    b"required",
    b"optional",
    b"null",
    b"none",
    b"nil",
    b"undefined",
    b"true",
    b"false",
    b"yes",
    b"no",
    b"on",
    b"off",
    b"any",
    b"void",
    b"never",
    b"unset",
    b"inherit",
    b"auto",
    b"env",
    b"self",
];

/// Look-ups in code that may stand in quotes too, as in YAML or a template.
const LOOKUPS: &[&[u8]] = &[
    b"process.env",
    b"import.meta.env",
    b"os.environ",
    b"os.getenv",
    b"getenv(",
    b"env(",
    b"env.",
    b"ENV[",
    b"System.get",
    b"secrets.",
    b"secrets[",
    b"vars.",
    b"var.",
    b"local.",
    b"module.",
    b"data.",
    b"config.",
    b"config(",
    b"settings.",
    b"self.",
    b"this.",
    b"dlt.secrets",
    b"dlt.config",
    b"env_var(",
    b"EnvVar(",
    b"Variable.get",
    b"Deno.env",
    b"std::env",
    b"env::var",
    b"Rails.application",
    b"!Ref",
    b"!Sub",
    b"!GetAtt",
    b"Fn::",
    b"projects/",
    b"#/",
];

fn is_variable(value: &[u8]) -> bool {
    match value {
        [b'$', rest @ ..] => {
            let name = if starts_with_folded(rest, b"env:") { &rest[4..] } else { rest };
            // `$dir$name`
            if name.split(|&byte| byte == b'$').all(is_variable_name) {
                return true;
            }
            // `$BASE_URL/path`
            let capitals = name.iter().take_while(|byte| byte.is_ascii_uppercase() || **byte == b'_').count();
            let goes_on = capitals >= 4 && name.get(capitals).is_some_and(|byte| b"/.:-".contains(byte));
            goes_on
                || !name.is_empty()
                    && name.iter().all(|&byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.'))
                    && (!name.iter().any(u8::is_ascii_digit)
                        || !name.iter().any(u8::is_ascii_lowercase)
                        || name.contains(&b'_'))
        }
        [b'%', name @ .., b'%'] | [b'@', name @ .., b'@'] => !name.is_empty() && name.iter().all(|&byte| is_word(byte)),
        [b'_', b'_', name @ .., b'_', b'_'] => name.iter().all(|&byte| is_word(byte)),
        [b'<', .., b'>'] | [b'[', .., b']'] | [b'(', .., b')'] => true,
        _ => false,
    }
}

fn is_variable_name(name: &[u8]) -> bool {
    name.len() >= 3 && name.iter().all(|byte| byte.is_ascii_lowercase() || *byte == b'_') && name.contains(&b'_')
}

/// Template marks of shells, CI systems, configuration languages and string formatting.
fn is_template(value: &[u8]) -> bool {
    const MARKS: &[&[u8]] =
        &[b"${", b"{$", b"$(", b"$[", b"{{", b"{%", b"<%", b"#{", b"<<", b"((", b"%(", b"%{", b"\\(", b"[[", b"@{"];
    static ANY_MARK: AnyOf = AnyOf::new(MARKS);
    let has_mark = ANY_MARK.is_in(value);
    // Marks that stand between signs by chance have no name behind them.
    let is_template = (has_mark || value.contains(&b'`'))
        && (!is_scrambled(value) || has_mark && MARKS.iter().any(|mark| holds_name_behind(value, mark)));
    is_template
        || (value.starts_with(b"%") && value.len() <= 3)
        || holds_format(value)
        || holds_braced_name(value)
        || holds_parameter(value)
}

/// `ext:%s\n`
fn holds_format(value: &[u8]) -> bool {
    places(value, b"%s").any(|at| !value.get(at + 2).is_some_and(u8::is_ascii_alphanumeric)) && !is_scrambled(value)
}

/// `mark`, a name, and the sign that closes what the mark opens.
fn holds_name_behind(value: &[u8], mark: &[u8]) -> bool {
    let closing = match mark.last() {
        Some(b'{') => b'}',
        Some(b'(') => b')',
        Some(b'[') => b']',
        Some(b'<') => b'>',
        _ => b'%',
    };
    places(value, mark).any(|at| {
        let inside = value[at + mark.len()..].trim_ascii_start();
        let len = inside.iter().take_while(|&&byte| is_word(byte) || matches!(byte, b'.' | b' ')).count();
        len >= 3 && inside.get(len) == Some(&closing)
    })
}

/// `{name}`, `{}`, `{0}` and `{self.name}` anywhere, as in format strings.
fn holds_braced_name(value: &[u8]) -> bool {
    value.iter().enumerate().filter(|&(_, &byte)| byte == b'{').any(|(at, _)| {
        let inside = &value[at + 1..];
        let len = inside
            .iter()
            .take_while(|&&byte| is_word(byte) || matches!(byte, b'.' | b':' | b'!' | b'\'' | b'-'))
            .count();
        inside.get(len) == Some(&b'}') && (len >= 3 || !is_scrambled(value)) && !is_mixed(&inside[..len])
    })
}

/// `{name:`, as of a format's parameters.
fn holds_parameter(value: &[u8]) -> bool {
    places(value, b"{").any(|at| {
        let inside = &value[at + 1..];
        let len = inside.iter().take_while(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()).count();
        len >= 3 && inside.get(len) == Some(&b':')
    })
}

/// `Xk91`: no names are written so.
fn is_mixed(name: &[u8]) -> bool {
    name.iter().any(u8::is_ascii_uppercase)
        && name.iter().any(u8::is_ascii_lowercase)
        && name.iter().any(u8::is_ascii_digit)
}

/// Without quotes: calls, indexing, dotted names, paths of modules.
fn is_bare_expression(value: &[u8]) -> bool {
    // The last argument of a call.
    let value = value.strip_suffix(b")").filter(|rest| !rest.contains(&b'(')).unwrap_or(value);
    let word = value.iter().take_while(|&&byte| is_word(byte) || matches!(byte, b'.' | b':' | b'>' | b'-')).count();
    let called = matches!(value.get(word), Some(b'(' | b'[')) && word > 0;
    // No part of a name is a number.
    let is_number = |part: &[u8]| !part.is_empty() && part.iter().all(u8::is_ascii_digit);
    let dotted = value.contains(&b'.')
        && value.iter().all(|&byte| is_word(byte) || byte == b'.')
        && !value.split(|&byte| byte == b'.').any(is_number)
        && is_made_of_words(value);
    called || dotted || holds(value, b"::") || holds(value, b"->")
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

fn starts_with_folded(value: &[u8], prefix: &[u8]) -> bool {
    value.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_paths_from_base64() {
        for value in ["/var/lib/salt/api/home", "/etc/pki/ca.key", "~/.ssh/id_rsa"] {
            assert!(is_path(value.as_bytes()), "{value}");
        }
        for value in ["/9j3kd8Qx7/Lr2vb+Zk0w/Y7m", "/x9/Kq2mV7t/Bn4cR1sL8", "/k9/x2/mq4t/pl7w"] {
            assert!(!is_path(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn base64_of_samples_is_none() {
        for (value, none) in
            [("cHJpdmF0ZUtleQo=", true), ("c3VwZXItc2VjcmV0LWtleQ==", true), ("a2VzdHJlbDljbGlmZg==", false)]
        {
            assert_eq!(encodes_no_secret(value.as_bytes()), none, "{value}");
        }
    }

    #[test]
    fn tells_references_from_values() {
        for value in [
            "$PASSWORD",
            "$BASE_URL/#/path",
            "${PASSWORD}",
            "${PASSWORD:-}",
            "$(cat file)",
            "%PASSWORD%",
            "$env:TOKEN",
            "$Env:smbpassword",
            "${{ secrets.KEY }}",
            "{{ env_var('X') }}",
            "{password}",
            "#{x}",
            "<your-token>",
            "op://vault/item/field",
            "ENC[AES256_GCM,data:x]",
            "string",
            "None",
            "process.env.KEY",
            "os.environ['X']",
            "%s",
            "__TOKEN__",
            "var.token",
            "@token@",
            "ext:%s\\n",
            "$as_dir$ac_word$ac_exec_ext",
            "{$JENKINS.API.TOKEN}",
            "on|off",
            "VARCHAR(128)",
            "required|min:8|max:64",
        ] {
            assert!(is_reference(value.as_bytes(), true), "{value}");
        }
        for value in [
            "get_secret(name)",
            "private.try_users)",
            "#of the user",
            "@DB_PASSWORD",
            "@user.passwd_changed_on",
            "YES)-error",
            "settings.TOKEN",
            "self._token",
            "config[0]",
            "a::b",
            "this->token",
        ] {
            assert!(is_reference(value.as_bytes(), false), "{value}");
        }
        for value in ["tr0ub4dor&3", "a.b-C9$x", "$ecr3tw0rd9", "8f14e45f", "x{y"] {
            assert!(!is_reference(value.as_bytes(), true), "{value}");
        }
    }
}
