//! Made-up keys and tokens of a valid structure: DER, OpenSSH, `PuTTY`, PGP, JWT, macaroons, Azure keys.
//!
//! Their numbers are random, so that none of them opens or signs anything. Never: real key generation.
//! `build.rs` compiles this file too.

use data_encoding::{BASE32_NOPAD, BASE64, BASE64URL_NOPAD, Encoding, HEXLOWER};

use super::{
    checksum::{self, AZURE_KINDS},
    draw::Draw,
};

const BASE62: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// A made-up value.
pub struct Specimen {
    /// As it stands in a file.
    pub text: String,
    /// How many bits of it would have to be guessed.
    pub bits: u16,
}

/// Makes a specimen of the kind `name`; none if there is no such kind. The error says what `argument` should be.
pub fn make(name: &str, argument: &str, draw: &mut Draw) -> Result<Option<Specimen>, &'static str> {
    let (text, bits) = match name {
        "uuid" => (uuid(draw), 122),
        "human" => (human_password(draw), HUMAN_BITS),
        "aws-id" => (aws_id(draw), 80),
        "age" => (bech32("AGE-SECRET-KEY-", draw), 256),
        "bech32" => (bech32(argument, draw), 256),
        "base58check" => base58check(argument, draw)?,
        "nkey" => (nkey(argument, draw)?, 256),
        "fly-macaroon" => (fly_macaroon(draw), 256),
        "macaroon" => (macaroon(argument, draw), 256),
        "jwt" => jwt(argument, draw)?,
        "pem" => (pem(argument, "\n", draw)?, 128),
        "pem-escaped" => (pem(argument, "\\n", draw)?, 128),
        "key" => (BASE64.encode(&key(argument, draw)?), 128),
        "ppk" => (putty(draw), 256),
        "marvin-his" => azure_key(argument, draw)?,
        "marvin-aad" => (entra_secret(draw), 200),
        "marvin-cask" => (annotated_key(argument, draw)?, 256),
        _ => return Ok(None),
    };
    Ok(Some(Specimen { text, bits }))
}

fn uuid(draw: &mut Draw) -> String {
    let mut bytes = draw.bytes(16);
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex = HEXLOWER.encode(&bytes);
    [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-")
}

/// Two words of 32 and a number of 90.
const HUMAN_BITS: u16 = 16;

/// A password as people choose them.
fn human_password(draw: &mut Draw) -> String {
    const WORDS: [&str; 32] = [
        "Copper", "Lantern", "Harbor", "Velvet", "Cactus", "Marble", "Falcon", "Thunder", "Willow", "Pepper",
        "Glacier", "Walnut", "Saddle", "Meadow", "Rocket", "Ginger", "Anchor", "Bishop", "Cobalt", "Dragon", "Ember",
        "Fiddle", "Goblin", "Hazel", "Indigo", "Jungle", "Kettle", "Magnet", "Nectar", "Orchid", "Pirate", "Quartz",
    ];
    let (one, two) = (draw.one_of(&WORDS), draw.one_of(&WORDS));
    let number = 10 + draw.byte() % 90;
    format!("{one}{two}{number}!")
}

/// What stands behind `AKIA`: sixteen digits that hold a possible account, not of the kind from before 2019.
fn aws_id(draw: &mut Draw) -> String {
    loop {
        let digits = draw.text(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 16);
        if !matches!(digits[0], b'I' | b'J') && checksum::aws_account(&digits).is_some() {
            return String::from_utf8(digits).expect("the alphabet is ASCII");
        }
    }
}

/// What stands behind `pypi-`. Source: libmacaroons' second binary format.
fn macaroon(location: &str, draw: &mut Draw) -> String {
    let mut bytes = vec![2];
    for (kind, value) in [(1, location), (2, &uuid(draw))] {
        bytes.extend([kind, u8::try_from(value.len()).unwrap_or(u8::MAX)]);
        bytes.extend_from_slice(value.as_bytes());
    }
    bytes.extend([0, 2, 2, b'[', b']', 0, 0, 6, 32]);
    bytes.extend(draw.bytes(32));
    BASE64URL_NOPAD.encode(&bytes)
}

/// A token signed with HS256, or with what a claim `alg` says.
fn jwt(claims: &str, draw: &mut Draw) -> Result<(String, u16), &'static str> {
    let pairs: Option<Vec<(&str, &str)>> = match claims {
        "" => Some(vec![("sub", "4711"), ("iat", "1735689600")]),
        _ => claims.split(',').map(|pair| pair.split_once('=')).collect(),
    };
    let pairs = pairs.ok_or("claims such as `iss=me,role=admin`")?;
    let algorithm = pairs.iter().find(|(name, _)| *name == "alg").map_or("HS256", |(_, value)| value);
    let body: Vec<String> = pairs
        .iter()
        .filter(|(name, _)| *name != "alg")
        .map(|(name, value)| format!("\"{name}\":\"{value}\""))
        .collect();
    let encode = |text: String| BASE64URL_NOPAD.encode(text.as_bytes());
    let signed = format!(
        "{}.{}.",
        encode(format!("{{\"alg\":\"{algorithm}\",\"typ\":\"JWT\"}}")),
        encode(format!("{{{}}}", body.join(",")))
    );
    if algorithm == "none" {
        return Ok((signed, 0));
    }
    Ok((signed + &BASE64URL_NOPAD.encode(&draw.bytes(32)), 256))
}

fn azure_key(signature: &str, draw: &mut Draw) -> Result<(String, u16), &'static str> {
    let kind = AZURE_KINDS.iter().find(|kind| kind.signature == signature).ok_or("the signature of an Azure key")?;
    let encoding: Encoding = if signature == "AzFu" { data_encoding::BASE64URL } else { BASE64 };
    let mut text = encoding.encode(&draw.bytes(kind.bytes));
    let digits = text.trim_end_matches('=').len();
    text.replace_range(digits - 10..digits - 6, signature);
    let mut bytes = encoding.decode(text.as_bytes()).expect("the signature consists of base64 digits");
    let body = kind.bytes - 4;
    let sum = checksum::marvin32(kind.seeds[0], &bytes[..body]);
    bytes[body..].copy_from_slice(&sum.to_le_bytes());
    Ok((encoding.encode(&bytes), 192))
}

fn entra_secret(draw: &mut Draw) -> String {
    let text = [draw.text(BASE62, 3), b"8Q~".to_vec(), draw.text(BASE62, 31)].concat();
    let sum = checksum::marvin_entra(&text);
    String::from_utf8(text).expect("the alphabet is ASCII") + &sum
}

fn annotated_key(signature: &str, draw: &mut Draw) -> Result<String, &'static str> {
    let random = String::from_utf8(draw.text(BASE62, 52)).expect("the alphabet is ASCII");
    let text = format!("{random}JQQJ99AKACAAAAAAAAAAAAAA{signature}");
    let bytes =
        BASE64.decode(text.as_bytes()).ok().filter(|bytes| bytes.len() == 60).ok_or("a signature of four letters")?;
    Ok(format!("{text}{}", &checksum::marvin_annotated(&bytes)[0][..4]))
}

/// A private key with its header, its lines ended by `end`.
fn pem(label: &str, end: &str, draw: &mut Draw) -> Result<String, &'static str> {
    let body = key(label, draw)?;
    let mut lines = vec![format!("-----BEGIN {label}-----")];
    if label.starts_with("PGP") {
        lines.push(String::new());
    }
    lines.extend(wrapped(&body, if label.starts_with("OPENSSH") { 70 } else { 64 }));
    if label.starts_with("PGP") {
        lines.push(format!("={}", BASE64.encode(&checksum::crc24(&body))));
    }
    lines.push(format!("-----END {label}-----"));
    Ok(lines.join(end) + end)
}

/// What stands between the header and the footer of a private key, decoded.
fn key(label: &str, draw: &mut Draw) -> Result<Vec<u8>, &'static str> {
    Ok(match label {
        "RSA PRIVATE KEY" => rsa_key(draw),
        "EC PRIVATE KEY" => sequence(&[
            integer(&[1]),
            der(0x04, &draw.bytes(32)),
            der(0xa0, &der(0x06, PRIME256V1)),
            der(0xa1, &der(0x03, &[vec![0, 4], draw.bytes(64)].concat())),
        ]),
        "DSA PRIVATE KEY" => sequence(&[
            integer(&[0]),
            number(draw, 128),
            number(draw, 20),
            number(draw, 128),
            number(draw, 128),
            number(draw, 20),
        ]),
        "PRIVATE KEY" => {
            sequence(&[integer(&[0]), sequence(&[der(0x06, RSA_ENCRYPTION), vec![5, 0]]), der(0x04, &rsa_key(draw))])
        }
        "ENCRYPTED PRIVATE KEY" => {
            let derivation = sequence(&[der(0x06, PBKDF2), sequence(&[der(0x04, &draw.bytes(8)), integer(&[8, 0])])]);
            let cipher = sequence(&[der(0x06, AES256_CBC), der(0x04, &draw.bytes(16))]);
            sequence(&[sequence(&[der(0x06, PBES2), sequence(&[derivation, cipher])]), der(0x04, &draw.bytes(320))])
        }
        "OPENSSH PRIVATE KEY" => openssh_key(draw),
        "PGP PRIVATE KEY BLOCK" => pgp_key(draw),
        _ => return Err("the label of a private key"),
    })
}

fn wrapped(bytes: &[u8], width: usize) -> Vec<String> {
    let text = BASE64.encode(bytes);
    text.as_bytes().chunks(width).map(|line| String::from_utf8_lossy(line).into_owned()).collect()
}

const RSA_ENCRYPTION: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1];
const PRIME256V1: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7];
const PBKDF2: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 5, 12];
const PBES2: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 5, 13];
const AES256_CBC: &[u8] = &[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 1, 42];

/// PKCS #1, 1024 bits.
fn rsa_key(draw: &mut Draw) -> Vec<u8> {
    let mut parts = vec![integer(&[0]), number(draw, 128), integer(&[1, 0, 1]), number(draw, 128)];
    parts.extend((0..5).map(|_| number(draw, 64)));
    sequence(&parts)
}

fn number(draw: &mut Draw, length: usize) -> Vec<u8> {
    let mut bytes = draw.bytes(length);
    // Positive, and not shortened by a leading zero.
    bytes[0] = bytes[0] & 0x3f | 0x40;
    integer(&bytes)
}

fn integer(bytes: &[u8]) -> Vec<u8> {
    der(0x02, bytes)
}

fn sequence(parts: &[Vec<u8>]) -> Vec<u8> {
    der(0x30, &parts.concat())
}

fn der(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len()).expect("specimens are short").to_be_bytes();
    let head = match length {
        [0, short @ ..=0x7f] => vec![tag, short],
        [0, byte] => vec![tag, 0x81, byte],
        [high, low] => vec![tag, 0x82, high, low],
    };
    [&head, content].concat()
}

/// Ed25519, not encrypted. Source: OpenSSH's PROTOCOL.key.
fn openssh_key(draw: &mut Draw) -> Vec<u8> {
    let public = draw.bytes(32);
    let check = draw.bytes(4);
    let private = [
        check.clone(),
        check,
        ssh_string(b"ssh-ed25519"),
        ssh_string(&public),
        ssh_string(&[draw.bytes(32), public.clone()].concat()),
        ssh_string(b"ada@engine"),
        vec![1, 2, 3],
    ]
    .concat();
    [
        b"openssh-key-v1\0".to_vec(),
        ssh_string(b"none"),
        ssh_string(b"none"),
        ssh_string(b""),
        vec![0, 0, 0, 1],
        ssh_string(&[ssh_string(b"ssh-ed25519"), ssh_string(&public)].concat()),
        ssh_string(&private),
    ]
    .concat()
}

fn ssh_string(bytes: &[u8]) -> Vec<u8> {
    [&u32::try_from(bytes.len()).expect("specimens are short").to_be_bytes(), bytes].concat()
}

/// Source: `PuTTY`'s appendix on its key files, version 3.
fn putty(draw: &mut Draw) -> String {
    let public = wrapped(&[ssh_string(b"ssh-ed25519"), ssh_string(&draw.bytes(32))].concat(), 64);
    let private = wrapped(&ssh_string(&draw.bytes(32)), 64);
    let mut lines = vec![
        "PuTTY-User-Key-File-3: ssh-ed25519".to_owned(),
        "Encryption: none".to_owned(),
        "Comment: ada@engine".to_owned(),
        format!("Public-Lines: {}", public.len()),
    ];
    lines.extend(public);
    lines.push(format!("Private-Lines: {}", private.len()));
    lines.extend(private);
    lines.push(format!("Private-MAC: {}", HEXLOWER.encode(&draw.bytes(32))));
    lines.join("\n") + "\n"
}

/// An Ed25519 secret-key packet. Source: RFC 4880 and RFC 9580.
fn pgp_key(draw: &mut Draw) -> Vec<u8> {
    let body = [vec![4], draw.bytes(4), vec![22, 9, 0x2b, 6, 1, 4, 1, 0xda, 0x47, 0x0f, 1], draw.bytes(120)].concat();
    let length = u8::try_from(body.len()).expect("specimens are short");
    [vec![0x94, length], body].concat()
}

/// A value of bech32 for `prefix`, 32 bytes long, in the case of the prefix.
fn bech32(prefix: &str, draw: &mut Draw) -> String {
    // 52 digits of five bits: 32 bytes, and four zero bits.
    let mut data: Vec<u32> = draw.bytes(52).iter().map(|byte| u32::from(byte & 31)).collect();
    data[51] &= 16;
    let text = checksum::bech32(&prefix.to_lowercase(), &data);
    if prefix == prefix.to_uppercase() { text.to_uppercase() } else { text }
}

/// So many random bytes behind a version, both as in `0488ade4-74`.
fn base58check(argument: &str, draw: &mut Draw) -> Result<(String, u16), &'static str> {
    const WANTED: &str = "a version in hexadecimal, a dash, and a number of bytes up to 80";
    let (version, length) = argument.split_once('-').ok_or(WANTED)?;
    let version = HEXLOWER.decode(version.as_bytes()).map_err(|_| WANTED)?;
    let length: u8 = length.parse().ok().filter(|length| (1..=80).contains(length)).ok_or(WANTED)?;
    let text = checksum::base58check(&[version, draw.bytes(length.into())].concat());
    Ok((text, u16::from(length) * 8))
}

/// A seed of NATS, which begins with `SU` or another of its kinds, or of Stellar, which begins with `S`.
fn nkey(kind: &str, draw: &mut Draw) -> Result<String, &'static str> {
    let header = match kind.as_bytes() {
        b"S" => vec![18 << 3],
        [b'S', letter @ b'A'..=b'Z'] => {
            let letter = letter - b'A';
            vec![18 << 3 | letter >> 2, (letter & 3) << 6]
        }
        _ => return Err("`S` alone, or with the letter of the seed's kind"),
    };
    let body = [header, draw.bytes(32)].concat();
    let sum = checksum::crc16_xmodem(&body).to_le_bytes();
    Ok(BASE32_NOPAD.encode(&[body, sum.to_vec()].concat()))
}

/// What stands behind `fm2_`. Source: Fly's published macaroon package.
fn fly_macaroon(draw: &mut Draw) -> String {
    let location = b"https://api.fly.io/v1";
    let length = u8::try_from(location.len()).expect("a short address");
    let bytes = [
        &[0x94, 0x93, 0xC4, 0x10][..],
        &draw.bytes(16),
        &[0xCE],
        &draw.bytes(4),
        &[0xC4, length],
        location,
        &[0x90, 0xC4, 0x20],
        &draw.bytes(32),
    ]
    .concat();
    BASE64.encode(&bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_its_azure_keys() {
        for kind in &AZURE_KINDS {
            let specimen = make("marvin-his", kind.signature, &mut Draw::new("seed")).unwrap().unwrap();
            let digits = specimen.text.trim_end_matches('=');
            let said = checksum::AzureKind::of(digits).map(|kind| kind.signature);
            assert_eq!(said, Some(kind.signature));
        }
    }
}
