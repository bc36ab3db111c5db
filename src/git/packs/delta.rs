//! What a pack's delta makes of its base: git's format (`Documentation/gitformat-pack`, "Deltified representation").
//!
//! Never: where base and delta stand.

/// Why a delta cannot be applied.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("its delta is damaged")]
pub struct Damaged;

/// The size in bytes of what `delta` makes of its base.
pub fn result_size(delta: &[u8]) -> Result<u64, Damaged> {
    let mut rest = delta;
    size(&mut rest)?;
    size(&mut rest)
}

/// Writes what `delta` makes of `base` into `result`, whatever it held before.
pub fn apply(base: &[u8], delta: &[u8], result: &mut Vec<u8>) -> Result<(), Damaged> {
    let mut rest = delta;
    if size(&mut rest)? != base.len() as u64 {
        return Err(Damaged);
    }
    let promised = usize::try_from(size(&mut rest)?).map_err(|_| Damaged)?;
    result.clear();
    // Whatever is promised: more than can be had is not kept.
    result.try_reserve(promised).map_err(|_| Damaged)?;
    while let Some((&instruction, behind)) = rest.split_first() {
        rest = behind;
        let part = if instruction & 0x80 != 0 {
            let offset = number(&mut rest, instruction, 4)?;
            let length = match number(&mut rest, instruction >> 4, 3)? {
                0 => 0x1_0000,
                length => length,
            };
            base.get(offset..offset + length)
        } else {
            // An instruction of zero is reserved.
            let literal = if instruction == 0 { None } else { rest.split_at_checked(instruction.into()) };
            literal.map(|(literal, behind)| {
                rest = behind;
                literal
            })
        };
        let part = part.filter(|part| part.len() <= promised - result.len()).ok_or(Damaged)?;
        result.extend_from_slice(part);
    }
    if result.len() == promised { Ok(()) } else { Err(Damaged) }
}

/// Seven bits a byte, the lowest first.
fn size(rest: &mut &[u8]) -> Result<u64, Damaged> {
    let mut size = 0;
    for shift in (0..64).step_by(7) {
        let (&byte, behind) = rest.split_first().ok_or(Damaged)?;
        *rest = behind;
        size |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Ok(size);
        }
    }
    Err(Damaged)
}

/// Up to `bytes` bytes, the lowest first; each of the lowest bits of `present` says whether one is there.
fn number(rest: &mut &[u8], present: u8, bytes: u32) -> Result<usize, Damaged> {
    let mut number = 0;
    for byte in 0..bytes {
        if present >> byte & 1 == 1 {
            let (&value, behind) = rest.split_first().ok_or(Damaged)?;
            *rest = behind;
            number |= usize::from(value) << (8 * byte);
        }
    }
    Ok(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn applied(base: &[u8], delta: &[u8]) -> Result<Vec<u8>, Damaged> {
        let mut result = b"before".to_vec();
        apply(base, delta, &mut result).map(|()| result)
    }

    #[test]
    fn copies_and_inserts() {
        // Sizes 6 and 7; copy 3 from 2; insert "xy"; copy 2 from 0.
        let delta = [6, 7, 0x91, 2, 3, 2, b'x', b'y', 0x90, 2];
        assert_eq!(applied(b"abcdef", &delta).expect("a good delta"), b"cdexyab");
        assert_eq!(result_size(&delta), Ok(7));
    }

    #[test]
    fn reads_long_sizes_and_a_length_of_zero() {
        let base = vec![b'a'; 0x1_0000];
        let delta = [0x80, 0x80, 4, 0x80, 0x80, 4, 0x80];
        assert_eq!(applied(&base, &delta).expect("a good delta"), base);
    }

    #[test]
    fn refuses_what_is_damaged() {
        for delta in [
            &[][..],
            &[6],
            &[0x80; 12],
            &[5, 1, 1, b'x'],
            &[6, 1, 0],
            &[6, 1, 2, b'x'],
            &[6, 1, 2, b'x', b'y'],
            &[6, 9, 1, b'x'],
            &[6, 2, 0x91, 5, 2],
            &[6, 2, 0x91, 5],
            // More than can be had, and more than can be asked for.
            &[6, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f, 1, b'x'],
            &[6, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f, 1, b'x'],
        ] {
            assert_eq!(applied(b"abcdef", delta), Err(Damaged), "{delta:?}");
        }
    }
}
