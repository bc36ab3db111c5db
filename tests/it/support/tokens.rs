//! Values that look live to a rule, made when a test runs, so that the repository itself holds none.

/// A Stripe live key; another one for each `seed`.
pub fn stripe(seed: u64) -> String {
    format!("{}_{}_{}", "sk", "live", base62(seed, 24))
}

/// A GitLab personal access token of the older kind; another one for each `seed`.
pub fn gitlab(seed: u64) -> String {
    format!("{}-{}", "glpat", base62(seed, 20))
}

/// Characters without any order; the same for the same seed.
fn base62(seed: u64, len: usize) -> String {
    const ALPHABET: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    // Marsaglia's xorshift64 with Vigna's multiplier; the first numbers after a small seed are thrown away.
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut next = || {
        state ^= state >> 12;
        state ^= state << 25;
        state ^= state >> 27;
        state.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33
    };
    for _ in 0..8 {
        next();
    }
    (0..len)
        .map(|_| usize::try_from(next()).expect("31 bits") % ALPHABET.len())
        .map(|at| char::from(ALPHABET[at]))
        .collect()
}
