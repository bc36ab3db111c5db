//! Standard output, where a reader that has seen enough is no reason to fail, and anything else is.
//!
//! Never: what is written.

use std::io::{self, Write};

use super::error::Error;

/// Writes all of `text`.
pub fn say(text: impl AsRef<[u8]>) -> Result<(), Error> {
    let mut out = io::stdout().lock();
    written(out.write_all(text.as_ref()).and_then(|()| out.flush()))
}

/// What became of writing.
pub fn written(result: io::Result<()>) -> Result<(), Error> {
    match result {
        Err(source) if source.kind() != io::ErrorKind::BrokenPipe => {
            Err(Error::File { doing: "write", what: "to standard output".into(), source })
        }
        _ => Ok(()),
    }
}
