//! Small loose objects, as nearly all that is staged is: each read with one look at its file and inflated with a state that is
//! used again. Half of what reading its header and then the object costs otherwise.
//!
//! Never: a last word. What is not here, is large or looks odd is left to gix, whose errors say what is wrong.

use std::{
    cell::RefCell,
    collections::HashSet,
    ffi::{OsStr, OsString},
    fs::{self, File},
    io::Read,
    path::PathBuf,
};

use flate2::{Decompress, FlushDecompress, Status};
use gix::objs;

use super::ObjectId;

/// Larger ones are not small, in bytes: neither the file nor the object.
const LARGEST: usize = 1 << 20;

/// The longest header: a kind, a space, a size and a NUL.
const HEADER: usize = 32;

/// The loose objects below a folder.
pub(super) struct Loose {
    dir: PathBuf,
    /// The folders that there are, where they are known.
    folders: Option<HashSet<OsString>>,
    state: RefCell<State>,
}

struct State {
    inflate: Decompress,
    /// The file.
    packed: Vec<u8>,
}

impl Loose {
    /// Those of the object database `dir`.
    pub fn of(dir: PathBuf) -> Self {
        Self { dir, folders: None, state: RefCell::new(State { inflate: Decompress::new(true), packed: Vec::new() }) }
    }

    /// The same, with one look at which folders there are: asking for many objects that are in packs then costs nothing here.
    pub fn listed(mut self) -> Self {
        let entries = fs::read_dir(&self.dir).ok();
        self.folders = entries.map(|entries| entries.flatten().map(|entry| entry.file_name()).collect());
        self
    }

    /// Reads an object into `buffer`, whatever it held before, if it is here, small and sound.
    pub fn read(&self, id: ObjectId, buffer: &mut Vec<u8>) -> Option<objs::Kind> {
        let State { inflate, packed } = &mut *self.state.borrow_mut();
        let name = id.to_string();
        let (folder, file) = name.split_at(2);
        if self.folders.as_ref().is_some_and(|folders| !folders.contains(OsStr::new(folder))) {
            return None;
        }
        let file = File::open(self.dir.join(folder).join(file)).ok()?;
        packed.clear();
        file.take(LARGEST as u64 + 1).read_to_end(packed).ok()?;
        if packed.len() > LARGEST {
            return None;
        }
        inflate.reset(true);
        buffer.clear();
        buffer.reserve(HEADER + 4 * packed.len());
        inflated(inflate, packed, buffer)?;
        let header = buffer.iter().take(HEADER).position(|&byte| byte == 0)?;
        let (kind, size) = std::str::from_utf8(&buffer[..header]).ok()?.split_once(' ')?;
        let kind = objs::Kind::from_bytes(kind.as_bytes()).ok()?;
        let size: usize = size.parse().ok().filter(|size| *size <= LARGEST)?;
        // One byte more than it says would show.
        buffer.reserve((header + size + 2).saturating_sub(buffer.len()));
        let status = inflated(inflate, packed, buffer)?;
        let sound = status == Status::StreamEnd && buffer.len() == header + 1 + size;
        sound.then(|| {
            buffer.drain(..=header);
            kind
        })
    }
}

/// Goes on inflating as far as `buffer` has room.
fn inflated(inflate: &mut Decompress, packed: &[u8], buffer: &mut Vec<u8>) -> Option<Status> {
    let done = usize::try_from(inflate.total_in()).ok()?;
    inflate.decompress_vec(&packed[done..], buffer, FlushDecompress::Finish).ok()
}

#[cfg(test)]
mod tests {
    use std::{fs, io::Write};

    use flate2::{Compression, write::ZlibEncoder};

    use super::*;

    fn id() -> ObjectId {
        ObjectId::from_hex(b"0123456789012345678901234567890123456789").expect("an id")
    }

    fn read(object: &[u8], change: impl Fn(&mut Vec<u8>)) -> Option<(objs::Kind, Vec<u8>)> {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(object).expect("a vector takes all");
        let mut packed = encoder.finish().expect("a vector takes all");
        change(&mut packed);
        fs::create_dir(dir.path().join("01")).expect("a folder");
        fs::write(dir.path().join("01/23456789012345678901234567890123456789"), packed).expect("a file");
        let loose = Loose::of(dir.path().to_owned());
        let mut buffer = b"before".to_vec();
        let first = loose.read(id(), &mut buffer).map(|kind| (kind, buffer.clone()));
        // The state is as good as new.
        assert_eq!(loose.read(id(), &mut buffer).map(|kind| (kind, buffer)), first);
        first
    }

    #[test]
    fn reads_what_is_sound() {
        let large = [b"blob 500000\0".as_slice(), &b"x".repeat(500_000)].concat();
        for (object, wanted) in [
            (b"blob 5\0hello".as_slice(), (objs::Kind::Blob, b"hello".to_vec())),
            (b"blob 0\0", (objs::Kind::Blob, Vec::new())),
            (b"tree 1\0x", (objs::Kind::Tree, b"x".to_vec())),
            (&large, (objs::Kind::Blob, b"x".repeat(500_000))),
        ] {
            assert_eq!(read(object, |_| ()), Some(wanted));
        }
    }

    #[test]
    fn leaves_the_rest_to_others() {
        assert_eq!(Loose::of("/no/such/place".into()).read(id(), &mut Vec::new()), None);
        for object in
            [b"blob 4\0hello".as_slice(), b"blob 6\0hello", b"blob 2000000\0hello", b"bl 5\0hello", b"hello", b""]
        {
            assert_eq!(read(object, |_| ()), None, "{}", object.escape_ascii());
        }
        let cut = |packed: &mut Vec<u8>| packed.truncate(packed.len() - 1);
        let flipped = |packed: &mut Vec<u8>| *packed.last_mut().expect("a checksum") ^= 1;
        assert_eq!(read(b"blob 5\0hello", cut), None);
        assert_eq!(read(b"blob 5\0hello", flipped), None);
    }
}
