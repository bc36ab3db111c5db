//! Discord's bot tokens.

use data_encoding::BASE64URL_NOPAD;

use super::{Subject, Verdict};

/// The least id: ids hold a time, shifted by 22 bits.
const LEAST_ID: u64 = 1 << 22;

/// The first part is the bot's id in base64.
pub fn snowflake(subject: Subject<'_>) -> Verdict {
    let id = subject.secret.split(|byte| *byte == b'.').next().unwrap_or_default();
    let digits = BASE64URL_NOPAD.decode(id).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let holds = digits
        .filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))
        .and_then(|digits| digits.parse::<u64>().ok())
        .is_some_and(|id| id >= LEAST_ID);
    Verdict::of(holds, "names a bot")
}

#[cfg(test)]
mod tests {
    use super::{super::tests::judges, *};

    #[test]
    fn a_token_names_its_bot() {
        judges(
            snowflake,
            &[
                ("{b64url:1{digits:17}}.{base64url:6}.{base64url:38}", Some(true)),
                ("M{base62:23}.{base64url:6}.{base64url:38}", Some(false)),
            ],
        );
    }
}
