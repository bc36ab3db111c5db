//! Which files hold the user's secrets, by their names and nothing else.
//!
//! Never: what stands in them, whether git ignores them.

use crate::policy;

/// A name, and how such a file is read.
pub struct Kind {
    tells: fn(name: &[u8], folder: &[u8]) -> bool,
    /// A path by which the detector knows the syntax.
    pub reads_as: &'static str,
}

/// Every kind that is looked for in a repository. Each name of a folder is asked, so that it is plain comparisons.
const KINDS: &[Kind] = &[
    Kind {
        tells: |name, _| {
            name.starts_with(b".env") && matches!(name.get(4), None | Some(b'.' | b'r')) || name.ends_with(b".env")
        },
        reads_as: ".env",
    },
    Kind {
        tells: |name, folder| {
            name == b"secrets.toml" || folder == DLT && name.starts_with(b"secrets") && name.ends_with(b".toml")
        },
        reads_as: "secrets.toml",
    },
    Kind {
        tells: |name, _| {
            name.ends_with(b".json")
                && (name == b"credentials.json"
                    || name == b"local.settings.json"
                    || name.ends_with(b"_credentials.json")
                    || name.starts_with(b"service_account")
                    || name.starts_with(b"service-account"))
        },
        reads_as: "credentials.json",
    },
    Kind { tells: |name, _| name == b"profiles.yml" || name == b"profiles.yaml", reads_as: "profiles.yml" },
    Kind { tells: |name, _| name.ends_with(b".tfvars"), reads_as: "a.tfvars" },
    Kind { tells: |name, _| name.ends_with(b".tfvars.json"), reads_as: "a.json" },
];

/// The usual files of a home, from there.
pub const HOME: [&str; 11] = [
    ".aws/credentials",
    ".dbt/profiles.yml",
    ".netrc",
    ".pgpass",
    ".npmrc",
    ".pypirc",
    ".docker/config.json",
    ".config/gcloud/application_default_credentials.json",
    ".snowflake/connections.toml",
    ".snowflake/config.toml",
    ".databrickscfg",
];

/// The folder in which dlt keeps its files, beside those that use them.
pub const DLT: &[u8] = b".dlt";

/// How the file called `name` in a folder called `folder` is read, if such files hold secrets.
pub fn kind(name: &[u8], folder: &[u8]) -> Option<&'static str> {
    let kind = KINDS.iter().find(|kind| (kind.tells)(name, folder))?;
    (!policy::is_template(name)).then_some(kind.reads_as)
}

/// Whether it is worth a second look: all usual names end so, or begin so.
pub fn may_be_secret(name: &[u8]) -> bool {
    const ENDINGS: [&[u8]; 7] = [b".env", b".envrc", b".toml", b".json", b".yml", b".yaml", b".tfvars"];
    name.starts_with(b".env") || ENDINGS.iter().any(|ending| name.ends_with(ending))
}

/// Whether a file so called shows values to everybody on purpose: a template, or what starts containers with defaults.
pub fn shows_values(name: &[u8]) -> bool {
    let is_yaml = name.ends_with(b".yml") || name.ends_with(b".yaml");
    policy::is_template(name) || is_yaml && (name.starts_with(b"docker-compose") || name.starts_with(b"compose."))
}

/// The folders of `path`, from its own up to the top, each without a slash at its end.
pub fn folders(path: &[u8]) -> impl Iterator<Item = &[u8]> {
    let ends = (0..path.len()).rev().filter(|&at| path[at] == b'/' || at == 0);
    ends.map(|end| &path[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_the_names() {
        for (name, folder, reads_as) in [
            (".env", "", Some(".env")),
            (".env.local", "", Some(".env")),
            (".envrc", "", Some(".env")),
            ("prod.env", "", Some(".env")),
            (".env.example", "", None),
            ("environment.py", "", None),
            ("secrets.toml", ".streamlit", Some("secrets.toml")),
            ("secrets.prod.toml", ".dlt", Some("secrets.toml")),
            ("secrets.prod.toml", "", None),
            ("config.toml", ".dlt", None),
            ("service_account-prod.json", "", Some("credentials.json")),
            ("credentials.json", "", Some("credentials.json")),
            ("package.json", "", None),
            ("profiles.yml", "", Some("profiles.yml")),
            ("prod.tfvars", "", Some("a.tfvars")),
            ("example.tfvars", "", None),
            ("local.settings.json", "", Some("credentials.json")),
        ] {
            assert_eq!(kind(name.as_bytes(), folder.as_bytes()), reads_as, "{name}");
        }
    }

    #[test]
    fn goes_up_to_the_top() {
        for (path, wanted) in [("a/b/c.py", &["a/b", "a", ""][..]), ("c.py", &[""]), ("a/x", &["a", ""]), ("", &[])] {
            assert!(folders(path.as_bytes()).eq(wanted.iter().map(|folder| folder.as_bytes())), "{path}");
        }
    }
}
