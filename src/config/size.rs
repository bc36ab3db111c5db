//! Sizes as people write them.
//!
//! Never: what is done with them.

/// It is no size.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a number of bytes, as in `64 MiB`, `10 MB` or `4096`")]
pub struct SizeError;

/// Reads a number of bytes: `4096`, or with a unit in powers of 1,024 (`64 MiB`) or of 1,000 (`10 MB`), in any case.
pub fn size(text: &str) -> Result<u64, SizeError> {
    let text = text.trim();
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let number: u64 = text[..digits].parse().map_err(|_| SizeError)?;
    let unit = match text[digits..].trim_start().to_ascii_lowercase().as_str() {
        "" | "b" => 1,
        "kb" => 1_000,
        "mb" => 1_000_000,
        "gb" => 1_000_000_000,
        "kib" => 1 << 10,
        "mib" => 1 << 20,
        "gib" => 1 << 30,
        _ => return Err(SizeError),
    };
    number.checked_mul(unit).ok_or(SizeError)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_sizes() {
        for (text, bytes) in [
            ("0", 0),
            ("4096", 4096),
            ("12 B", 12),
            ("10 MB", 10_000_000),
            ("64 MiB", 64 << 20),
            (" 64mib ", 64 << 20),
            ("2GiB", 2 << 30),
            ("1 kB", 1_000),
        ] {
            assert_eq!(size(text), Ok(bytes), "{text}");
        }
        for text in ["", "MiB", "-1", "1.5 MiB", "64 M", "64 MiB!", "99999999999999999999", "18446744073709551615 KiB"]
        {
            assert_eq!(size(text), Err(SizeError), "{text}");
        }
    }
}
