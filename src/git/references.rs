//! Branches, tags and tracking references, and which of them tell what a remote has.
//!
//! Never: objects, the network.

use std::process::Command;

use gix::bstr::{BStr, BString, ByteSlice};

use super::{Error, ObjectId, Repository};

/// A reference that leads to an object of its own, not by another reference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// Its full name: `refs/heads/main`.
    pub name: BString,
    /// What it leads to, tags not followed.
    pub id: ObjectId,
}

/// How a remote's references are called here: `refs/heads/*` and `refs/remotes/origin/*`.
struct Tracking {
    theirs: BString,
    ours: BString,
}

/// What this repository remembers of a remote: names there, and references here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Remembered(Vec<(BString, Reference)>);

impl Remembered {
    /// What the reference `name` of the remote was last known to be.
    pub fn get(&self, name: &BStr) -> Option<&Reference> {
        self.0.iter().find(|(theirs, _)| theirs == name).map(|(_, reference)| reference)
    }

    /// All that the remote was last known to have.
    pub fn ids(&self) -> impl Iterator<Item = ObjectId> {
        self.0.iter().map(|(_, reference)| reference.id)
    }
}

impl Repository {
    /// The references whose names begin with `prefix`, which ends in a slash. Symbolic ones are left out
    /// where git's files are read here, and not where git is asked: what they lead to has a name of its own.
    pub fn references(&self, prefix: &str) -> Result<Vec<Reference>, Error> {
        if self.has_reftable() {
            return self.references_as_git_says(prefix);
        }
        let unreadable = |source: super::Cause| Error::References { source };
        let platform = self.inner.references().map_err(|source| unreadable(source.into()))?;
        let mut found = Vec::new();
        for reference in platform.prefixed(prefix).map_err(|source| unreadable(source.into()))? {
            let reference = reference.map_err(|source| unreadable(source.into()))?;
            if let Some(id) = reference.target().try_id() {
                found.push(Reference { name: reference.name().as_bstr().to_owned(), id: id.to_owned() });
            }
        }
        Ok(found)
    }

    /// What tracking references say that the remote called `name` has. An address that is no remote's name has none. References
    /// that are not below `refs/remotes/`, and those that another remote may have written, say nothing.
    pub fn remembered(&self, name: &BStr) -> Result<Remembered, Error> {
        let (own, others): (Vec<_>, Vec<_>) =
            self.trackings().into_iter().partition(|(remote, _)| remote.as_bstr() == name);
        if own.is_empty() {
            return Ok(Remembered::default());
        }
        let mut remembered = Vec::new();
        for reference in self.references("refs/remotes/")? {
            if others.iter().any(|(_, tracking)| tracking.theirs(reference.name.as_bstr()).is_some()) {
                continue;
            }
            let theirs = own.iter().find_map(|(_, tracking)| tracking.theirs(reference.name.as_bstr()));
            remembered.extend(theirs.map(|theirs| (theirs, reference)));
        }
        Ok(Remembered(remembered))
    }

    /// For each remote, what is fetched to where.
    fn trackings(&self) -> Vec<(BString, Tracking)> {
        let config = self.inner.config_snapshot();
        let mut trackings = Vec::new();
        for section in config.plumbing().sections_by_name("remote").into_iter().flatten() {
            let Some(remote) = section.header().subsection_name() else { continue };
            let lines = section.body().values("fetch");
            trackings
                .extend(lines.iter().filter_map(|line| Some((remote.to_owned(), Tracking::parse(line.as_bstr())?))));
        }
        trackings
    }

    /// gix 0.90 does not read reftable. Names and ids come in the same order.
    fn references_as_git_says(&self, prefix: &str) -> Result<Vec<Reference>, Error> {
        let listed = |more: &[&str]| {
            let glob = format!("--glob={prefix}*");
            let output = Command::new("git")
                .arg("--git-dir")
                .arg(self.git_dir())
                .arg("rev-parse")
                .args(more)
                .arg(glob)
                .output()
                .map_err(|source| Error::References { source: source.into() })?;
            if output.status.success() {
                Ok(output.stdout)
            } else {
                Err(Error::References { source: output.stderr.trim().as_bstr().to_string().into() })
            }
        };
        let (names, ids) = (listed(&["--symbolic-full-name"])?, listed(&[])?);
        let (names, ids): (Vec<_>, Vec<_>) = (names.lines().collect(), ids.lines().collect());
        if names.len() != ids.len() {
            return Err(Error::References { source: "a reference changed while they were read".into() });
        }
        let pairs = names.into_iter().zip(ids);
        pairs
            .map(|(name, id)| Ok(Reference { name: name.into(), id: self.parse_id(id.as_bstr(), "a reference")? }))
            .collect()
    }
}

impl Tracking {
    /// Reads what git calls a refspec; none where it writes no tracking reference.
    fn parse(refspec: &BStr) -> Option<Self> {
        let refspec = refspec.strip_prefix(b"+").unwrap_or(refspec).as_bstr();
        let (theirs, ours) = refspec.split_once_str(":")?;
        ours.starts_with(b"refs/remotes/").then(|| Self { theirs: theirs.into(), ours: ours.into() })
    }

    /// What the reference `ours` of this repository is called by the remote.
    fn theirs(&self, ours: &BStr) -> Option<BString> {
        let Some((head, tail)) = self.ours.split_once_str("*") else {
            return (self.ours == ours).then(|| self.theirs.clone());
        };
        let middle = ours.strip_prefix(head)?.strip_suffix(tail)?;
        Some(self.theirs.replacen("*", middle, 1).into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_what_a_tracking_reference_stands_for() {
        for (refspec, ours, theirs) in [
            ("+refs/heads/*:refs/remotes/origin/*", "refs/remotes/origin/a/b", Some("refs/heads/a/b")),
            ("refs/heads/main:refs/remotes/origin/main", "refs/remotes/origin/main", Some("refs/heads/main")),
            ("refs/heads/main:refs/remotes/origin/main", "refs/remotes/origin/other", None),
            ("+refs/heads/*:refs/remotes/origin/*", "refs/remotes/other/main", None),
            ("+refs/pull/*/head:refs/remotes/origin/pull/*", "refs/remotes/origin/pull/7", Some("refs/pull/7/head")),
            ("+refs/*:refs/*", "refs/remotes/origin/main", None),
            ("^refs/heads/x", "refs/remotes/origin/x", None),
        ] {
            let tracking = Tracking::parse(refspec.into());
            let found = tracking.and_then(|tracking| tracking.theirs(ours.into()));
            assert_eq!(
                found.as_deref().map(|name| name.to_str_lossy().into_owned()).as_deref(),
                theirs,
                "{refspec} {ours}"
            );
        }
    }
}
