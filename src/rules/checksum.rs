//! The checksums that issuers write into their tokens, as pure functions of what they cover.
//!
//! Recipes write them, validators compare them. Never: where in a token they stand.
//! Sources: the issuers' documents and open code where there are any, and published samples otherwise. `build.rs` compiles
//! this file too.

use data_encoding::{BASE32, BASE64, HEXLOWER};
use sha2::{Digest, Sha256};

const BASE62: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const BASE58: &[u8; 58] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const BECH32: &[u8; 32] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";
const BASE36: &[u8] = b"0123456789abcdefghijklmnopqrstuvwxyz";

/// CRC-32 (IEEE) of `body` in six digits of base 62: GitHub, npm, Vercel.
pub fn crc32_base62(body: &[u8]) -> String {
    padded(crc32fast::hash(body), BASE62, 6)
}

/// CRC-32 of `token` in seven digits of base 36: GitLab's routable tokens.
pub fn crc32_base36(token: &[u8]) -> String {
    padded(crc32fast::hash(token), BASE36, 7)
}

/// CRC-32 of `token` in eight upper-case hexadecimal digits: Atlassian.
pub fn crc32_hex_upper(token: &[u8]) -> String {
    format!("{:08X}", crc32fast::hash(token))
}

/// CRC-32 of `body` in eight lower-case hexadecimal digits: Cloudflare, Zuplo.
pub fn crc32_hex_lower(body: &[u8]) -> String {
    format!("{:08x}", crc32fast::hash(body))
}

/// The four bytes of the CRC-32 of `token`, lowest first, in hexadecimal: Grafana.
pub fn crc32_le_hex(token: &[u8]) -> String {
    HEXLOWER.encode(&crc32fast::hash(token).to_le_bytes())
}

/// The four bytes of the CRC-32 of `body`, lowest first, in base64 without padding: Confluent.
pub fn crc32_le_base64(body: &[u8]) -> String {
    let mut digits = BASE64.encode(&crc32fast::hash(body).to_le_bytes());
    digits.truncate(6);
    digits
}

/// The first eight base32 digits of the SHA-256 of `token`: GitHub's fine-grained tokens.
pub fn sha256_base32(token: &[u8]) -> String {
    let mut digits = BASE32.encode(&Sha256::digest(token));
    digits.truncate(8);
    digits
}

/// The issuer of a legacy Azure DevOps token, by the mask that its CRC-32 is combined with.
const ADO_MASKS: [u32; 2] = [0xE0B9_692D, 0x1019_F92E];

/// Whether the 32 bytes of a legacy Azure DevOps token hold its checksum, for a user or for an application.
///
/// Its bytes, lowest first, stand at 22, 8, 7 and 2; all others but these are covered.
pub fn crc32_ado_holds(bytes: &[u8; 32]) -> bool {
    let covered = [&bytes[..2], &bytes[3..7], &bytes[9..22], &bytes[23..]].concat();
    let stored = u32::from_le_bytes([bytes[22], bytes[8], bytes[7], bytes[2]]);
    ADO_MASKS.iter().any(|mask| stored == crc32fast::hash(&covered) ^ mask)
}

/// Marvin32 of `data`, as Microsoft's identifiable keys use it.
pub fn marvin32(seed: Seed, data: &[u8]) -> u32 {
    let [high, low] = seed.halves();
    let mut state = Marvin { low, high };
    let (words, tail) = data.as_chunks::<4>();
    for word in words {
        state.absorb(u32::from_le_bytes(*word));
    }
    let mut last = [0; 4];
    last[..tail.len()].copy_from_slice(tail);
    last[tail.len()] = 0x80;
    state.absorb(u32::from_le_bytes(last));
    state.mix();
    state.low ^ state.high
}

/// The eight letters that start a Marvin32.
#[derive(Clone, Copy, Debug)]
pub struct Seed(pub [u8; 8]);

impl Seed {
    /// Four letters each, the first the most significant.
    fn halves(self) -> [u32; 2] {
        let (halves, _) = self.0.as_chunks::<4>();
        [halves[0], halves[1]].map(u32::from_be_bytes)
    }
}

struct Marvin {
    low: u32,
    high: u32,
}

impl Marvin {
    fn absorb(&mut self, word: u32) {
        self.low = self.low.wrapping_add(word);
        self.mix();
    }

    fn mix(&mut self) {
        self.high ^= self.low;
        self.low = self.low.rotate_left(20).wrapping_add(self.high);
        self.high = self.high.rotate_left(9) ^ self.low;
        self.low = self.low.rotate_left(27).wrapping_add(self.high);
        self.high = self.high.rotate_left(19);
    }
}

/// A kind of Azure key that holds a signature, and in its last four bytes, lowest first, a Marvin32 of those before.
#[derive(Debug)]
pub struct AzureKind {
    /// The four base64 digits before the last six.
    pub signature: &'static str,
    /// The length of the key in bytes.
    pub bytes: usize,
    /// One for each use that a key can have.
    pub seeds: &'static [Seed],
}

impl AzureKind {
    /// The kind that `key`, in base64 without padding, says it is.
    pub fn of(key: &str) -> Option<&'static Self> {
        AZURE_KINDS.iter().find(|kind| {
            key.len() == (kind.bytes * 8).div_ceil(6)
                && key.get(key.len() - 10..key.len() - 6).is_some_and(|text| text == kind.signature)
        })
    }
}

const SERVICE_BUS: &[Seed] =
    &[Seed(*b"Send0000"), Seed(*b"Listen00"), Seed(*b"Manage00"), Seed(*b"System00"), Seed(*b"Unknown0")];

/// All kinds whose seeds are public.
pub const AZURE_KINDS: [AzureKind; 13] = [
    AzureKind { signature: "+ASt", bytes: 64, seeds: &[Seed(*b"Default0")] },
    AzureKind { signature: "ACDb", bytes: 64, seeds: &[Seed(*b"MastRW00"), Seed(*b"MastRO00")] },
    AzureKind { signature: "+ABa", bytes: 64, seeds: &[Seed(*b"AbAcct00")] },
    AzureKind { signature: "+AMC", bytes: 64, seeds: &[Seed(*b"Classic0")] },
    AzureKind {
        signature: "APIM",
        bytes: 64,
        seeds: &[Seed(*b"Tenant00"), Seed(*b"IoTHub00"), Seed(*b"Gatewy00"), Seed(*b"GitKey00")],
    },
    AzureKind { signature: "+ASb", bytes: 32, seeds: SERVICE_BUS },
    AzureKind { signature: "+AEh", bytes: 32, seeds: SERVICE_BUS },
    AzureKind { signature: "+ARm", bytes: 32, seeds: SERVICE_BUS },
    AzureKind { signature: "AIoT", bytes: 32, seeds: &[Seed(*b"IoTHub00"), Seed(*b"Device00"), Seed(*b"DpsKey00")] },
    AzureKind { signature: "AzCa", bytes: 32, seeds: &[Seed(*b"Access00")] },
    AzureKind { signature: "AzFu", bytes: 40, seeds: &[Seed(*b"Master00"), Seed(*b"System00"), Seed(*b"Functi00")] },
    AzureKind { signature: "AzSe", bytes: 39, seeds: &[Seed(*b"Query000"), Seed(*b"PAdmin00")] },
    AzureKind { signature: "+ACR", bytes: 39, seeds: &[Seed(*b"ACRDflt0")] },
];

/// The last three characters of an Entra client secret, made of the 37 before.
pub fn marvin_entra(body: &[u8]) -> String {
    const ALPHABET: &[u8; 66] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ1234567890.-_~";
    let mut digits = padded(marvin32(Seed(*b"AadPwd00"), body), ALPHABET, 6);
    digits.truncate(3);
    digits
}

/// The checksum of a common annotated key over the 60 bytes before, in the two forms that occur: base 62, six digits, and
/// base64. A key shows the first four or all six characters of one of them.
pub fn marvin_annotated(body: &[u8]) -> [String; 2] {
    let bytes = marvin32(Seed(*b"Default0"), body).to_le_bytes();
    let mut number = u32::from_be_bytes(bytes);
    let mut digits = Vec::new();
    while number > 0 {
        digits.push(BASE62[number as usize % 62]);
        number /= 62;
    }
    let digits: String = digits.iter().rev().map(|&digit| char::from(digit)).collect();
    [format!("{digits:0<6}"), BASE64.encode(&bytes)]
}

/// Whether `text`, in lower case with its separator, is bech32 for `prefix`: age.
pub fn bech32_holds(prefix: &str, text: &str) -> bool {
    let Some(data) = text.strip_prefix(prefix).and_then(|rest| rest.strip_prefix('1')) else { return false };
    let digits: Option<Vec<u32>> = data
        .bytes()
        .map(|byte| (0..).zip(BECH32).find(|(_, letter)| **letter == byte).map(|(value, _)| value))
        .collect();
    digits.is_some_and(|digits| bech32_polymod(prefix, &digits) == 1)
}

/// `data` as bech32 for `prefix`, with its separator and six digits of checksum; `data` holds values below 32.
pub fn bech32(prefix: &str, data: &[u32]) -> String {
    let sum = bech32_polymod(prefix, &[data, &[0; 6]].concat()) ^ 1;
    let check = (0..6).rev().map(|place| sum >> (5 * place) & 31);
    let digits = data.iter().copied().chain(check).map(|value| char::from(BECH32[value as usize]));
    format!("{prefix}1{}", digits.collect::<String>())
}

fn bech32_polymod(prefix: &str, data: &[u32]) -> u32 {
    const GENERATORS: [u32; 5] = [0x3b6a_57b2, 0x2650_8e6d, 0x1ea1_19fa, 0x3d42_33dd, 0x2a14_62b3];
    let high = prefix.bytes().map(|byte| u32::from(byte) >> 5);
    let low = prefix.bytes().map(|byte| u32::from(byte) & 31);
    high.chain([0]).chain(low).chain(data.iter().copied()).fold(1, |sum, value| {
        let top = sum >> 25;
        let next = (sum & 0x01ff_ffff) << 5 ^ value;
        GENERATORS.iter().enumerate().filter(|(bit, _)| top >> bit & 1 == 1).fold(next, |next, (_, mask)| next ^ mask)
    })
}

/// The account in the sixteen base32 digits of an AWS access key id; none if it has over twelve digits, as no account has.
///
/// Source: Aidan Steele, "AWS Access Key ID formats". Ids from before 2019 hold no account.
pub fn aws_account(digits: &[u8]) -> Option<u64> {
    let bytes = BASE32.decode(digits).ok()?;
    let number = bytes.iter().take(6).fold(0, |number, byte| number << 8 | u64::from(*byte));
    Some((number & 0x7FFF_FFFF_FF80) >> 7).filter(|account| *account < 1_000_000_000_000)
}

/// The bytes that `text` is base58 of; none for a long one, since it takes the square of its length.
pub fn base58(text: &[u8]) -> Option<Vec<u8>> {
    const LONGEST: usize = 256;
    if text.len() > LONGEST {
        return None;
    }
    // Least significant first.
    let mut bytes: Vec<u8> = Vec::new();
    for digit in text {
        let mut carry = BASE58.iter().position(|letter| letter == digit)?;
        for byte in &mut bytes {
            carry += usize::from(*byte) * BASE58.len();
            *byte = carry.to_le_bytes()[0];
            carry >>= 8;
        }
        while carry > 0 {
            bytes.push(carry.to_le_bytes()[0]);
            carry >>= 8;
        }
    }
    bytes.extend(text.iter().take_while(|digit| **digit == BASE58[0]).map(|_| 0));
    bytes.reverse();
    Some(bytes)
}

/// `bytes` in base58, with the four bytes behind them that check them.
pub fn base58check(bytes: &[u8]) -> String {
    let whole = [bytes, &sha256_twice(bytes)[..4]].concat();
    // Least significant first.
    let mut digits: Vec<usize> = Vec::new();
    for byte in &whole {
        let mut carry = usize::from(*byte);
        for digit in &mut digits {
            carry += *digit << 8;
            *digit = carry % BASE58.len();
            carry /= BASE58.len();
        }
        while carry > 0 {
            digits.push(carry % BASE58.len());
            carry /= BASE58.len();
        }
    }
    digits.extend(whole.iter().take_while(|byte| **byte == 0).map(|_| 0));
    digits.iter().rev().map(|&digit| char::from(BASE58[digit])).collect()
}

/// Whether the last four of `bytes` check those before.
pub fn base58check_holds(bytes: &[u8]) -> bool {
    bytes.split_last_chunk::<4>().is_some_and(|(body, sum)| !body.is_empty() && sha256_twice(body)[..4] == *sum)
}

fn sha256_twice(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(Sha256::digest(bytes)).into()
}

/// CRC-16 of the XMODEM protocol: the seeds of NATS and Stellar.
pub fn crc16_xmodem(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0, |sum, byte| {
        (0..8).fold(sum ^ u16::from(*byte) << 8, |sum, _| if sum & 0x8000 == 0 { sum << 1 } else { sum << 1 ^ 0x1021 })
    })
}

/// CRC-24 of an armour. Source: RFC 4880, 6.1.
pub fn crc24(bytes: &[u8]) -> [u8; 3] {
    let sum = bytes.iter().fold(0x00B7_04CE_u32, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte) << 16, |sum, _| {
            if sum & 0x0080_0000 == 0 { sum << 1 } else { sum << 1 ^ 0x0186_4CFB }
        })
    });
    let [_, high, middle, low] = sum.to_be_bytes();
    [high, middle, low]
}

/// `number` in `width` digits, most significant first.
fn padded(mut number: u32, digits: &[u8], width: usize) -> String {
    let base = u32::try_from(digits.len()).expect("alphabets are short");
    let mut text = vec![digits[0]; width];
    for place in text.iter_mut().rev() {
        *place = digits[(number % base) as usize];
        number /= base;
    }
    text.into_iter().map(char::from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn a(count: usize) -> Vec<u8> {
        vec![b'a'; count]
    }

    fn after(prefix: &str, count: usize) -> Vec<u8> {
        [prefix.as_bytes(), &a(count)].concat()
    }

    #[test]
    fn crc32_in_each_notation() {
        assert_eq!(crc32_base62(b"hello"), "0zNvy2");
        assert_eq!(crc32_base62(b"0123456789abcdefghijABCDEFGHIJ"), "3mpbCX");
        assert_eq!(crc32_base62(&a(50)), "1JZOsH");
        assert_eq!(crc32_hex_upper(&after("ATBB", 24)), "CE3487FD");
        assert_eq!(crc32_hex_upper(&[after("ATATT3xFfGF0", 80), b"=".to_vec()].concat()), "A1AADFE0");
        assert_eq!(crc32_hex_lower(&a(40)), "c95b8a25");
        assert_eq!(crc32_hex_lower(&a(32)), "cab11777");
        assert_eq!(crc32_le_hex(&after("glsa_", 32)), "b1a40a94");
        assert_eq!(crc32_base36(&[after("glpat-", 27), b".01.0r".to_vec()].concat()), "0fsz74c");
        assert_eq!(crc32_le_base64(b"hello"), "hqYQNg");
        assert_eq!(crc32_le_base64(&a(54)), "KWHF2g");
    }

    #[test]
    fn sha256_of_a_fine_grained_token() {
        let token = [b"github_pat_1".to_vec(), vec![b'A'; 21], b"_".to_vec(), vec![b'b'; 43]].concat();
        assert_eq!(sha256_base32(&token), "KYZFW2ZC");
        assert_eq!(sha256_base32(b"hello"), "FTZE3OS7");
    }

    #[test]
    fn marvin32_in_each_notation() {
        assert_eq!(marvin32(Seed(*b"Default0"), &[0; 60]), 0xF7BD_4557);
        assert_eq!(marvin_annotated(&[0; 60]), ["1b5aI3", "V0W99w=="]);
        let body = after("abc8Q~", 31);
        assert_eq!(marvin32(Seed(*b"AadPwd00"), &body), 0xD2B6_6B05);
        assert_eq!(marvin_entra(&body), "c3u");
    }

    #[test]
    fn bech32_by_the_examples_of_bip_173() {
        assert!(bech32_holds("a", "a12uel5l"));
        assert!(bech32_holds("abcdef", "abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw"));
        assert!(!bech32_holds("a", "a12uel5q"));
        assert!(!bech32_holds("b", "a12uel5l"));
        assert_eq!(bech32("a", &[]), "a12uel5l");
    }

    #[test]
    fn a_legacy_devops_token_for_a_user() {
        let mut bytes = [7; 32];
        let covered = [&bytes[..2], &bytes[3..7], &bytes[9..22], &bytes[23..]].concat();
        let [a, b, c, d] = (crc32fast::hash(&covered) ^ ADO_MASKS[0]).to_le_bytes();
        (bytes[22], bytes[8], bytes[7], bytes[2]) = (a, b, c, d);
        assert!(crc32_ado_holds(&bytes));
        bytes[0] ^= 1;
        assert!(!crc32_ado_holds(&bytes));
    }

    #[test]
    fn base58check_by_the_examples_of_the_wallets() {
        // The address of the first block, which is public.
        let address = base58check(&[&[0][..], &first_block()].concat());
        assert_eq!(address, "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa");
        let bytes = base58(address.as_bytes()).expect("base58");
        assert_eq!(bytes.len(), 25);
        assert!(base58check_holds(&bytes));
        assert!(!base58check_holds(&bytes[1..]));
        assert_eq!(base58(b"0"), None);
        assert_eq!(base58(&[b'2'; 300]), None);
    }

    fn first_block() -> [u8; 20] {
        let hex = b"62e907b15cbf27d5425399ebf6f0fb50ebb88f18";
        HEXLOWER.decode(hex).expect("hexadecimal").try_into().expect("20 bytes")
    }

    #[test]
    fn crcs_by_their_check_values() {
        assert_eq!(crc16_xmodem(b"123456789"), 0x31C3);
        assert_eq!(crc24(b"123456789"), [0x21, 0xCF, 0x02]);
    }
}
