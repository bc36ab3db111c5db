//! What commands share, each built when first asked for: repository, configuration, detector, policy.

use std::{
    cell::OnceCell,
    fs, io,
    io::IsTerminal,
    path::{Path, PathBuf},
    time::{SystemTime, UNIX_EPOCH},
};

use super::error::Error;
use crate::{
    cli::{ColorChoice, PolicyArgs},
    config::{self, Config},
    detect::Detector,
    git::{self, Repository},
    policy::{self, Policy},
    rules::{self, RuleSet},
    source::{Source, Target, disk::Disk, staged::Staged, stream::Stream},
};

/// What one run of tightlip works with.
pub struct Session {
    color: ColorChoice,
    repository: OnceCell<Repository>,
}

impl Session {
    /// Opens nothing yet.
    pub fn new(color: ColorChoice) -> Self {
        Self { color, repository: OnceCell::new() }
    }

    /// The repository that the current directory and git's variables name.
    pub fn repository(&self) -> Result<&Repository, Error> {
        if let Some(repository) = self.repository.get() {
            return Ok(repository);
        }
        let repository = Repository::discover(Path::new("."))?;
        Ok(self.repository.get_or_init(|| repository))
    }

    /// The top of the work tree, if there is one.
    fn top(&self) -> Result<Option<PathBuf>, Error> {
        match self.repository() {
            Ok(repository) => Ok(repository.work_dir().map(Path::to_path_buf)),
            Err(Error::Git(git::Error::NotARepository { .. })) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The source for `target`.
    pub fn source(&self, target: Target) -> Result<Box<dyn Source + '_>, Error> {
        Ok(match target {
            Target::Staged { other_parents } => Box::new(Staged::new(self.repository()?, &other_parents)?),
            Target::Paths { roots, no_ignore } => Box::new(Disk::new(roots, no_ignore, self.top()?)),
            Target::Stream { name } => Box::new(Stream::new(name, io::stdin().lock(), self.top()?)),
        })
    }

    /// The configuration in force for `source`: command line over repository over user.
    pub fn config(&self, args: &PolicyArgs, source: &mut dyn Source) -> Result<Config, Error> {
        let user_file = user_config();
        let user = user_file.as_deref().map(read_if_there).transpose()?.flatten();
        let (name, repository) = match &args.config {
            Some(file) => (file.display().to_string(), Some(read(file)?)),
            None => (config::REPOSITORY_FILE.to_owned(), source.policy_file(config::REPOSITORY_FILE)?),
        };
        let user_name = user_file.as_deref().unwrap_or(Path::new("")).display().to_string();
        let mut config = config::read(
            user.as_deref().map(|text| config::File { name: &user_name, text }),
            repository.as_deref().map(|text| config::File { name: &name, text }),
        )?;
        if let Some(severity) = args.severity {
            config.block = severity;
        }
        if let Some(size) = &args.max_file_size {
            config.max_file_size = config::parse_size(size)
                .ok_or_else(|| Error::usage(format!("`{size}` is no size"), "write it as `64 MiB`, `10 MB` or in bytes"))?;
        }
        Ok(config)
    }

    /// The detector with the rules of `config` that `args` leave.
    pub fn detector(&self, args: &PolicyArgs, config: &Config) -> Result<Detector, Error> {
        let mut rules = RuleSet::builtin();
        config.rules.iter().for_each(|rule| rules.add(rule.clone()));
        for id in args.rule.iter().chain(&args.skip_rule).chain(&config.disable).chain(&config.require_rules) {
            if !rules::is_known_id(&rules, id) {
                let nearest = rules::nearest_id(&rules, id).map_or_else(String::new, |id| format!("; the nearest is `{id}`"));
                return Err(Error::usage(format!("there is no rule `{id}`{nearest}"), "see rules.toml for the ids"));
            }
        }
        rules.retain(|rule| {
            let wanted = args.rule.is_empty() || args.rule.iter().any(|id| *id == rule.id);
            let off = config.disable.iter().chain(&args.skip_rule).any(|id| *id == rule.id);
            let required = config.require_rules.iter().any(|id| *id == rule.id);
            wanted && (required || !off)
        });
        Ok(Detector::new(rules))
    }

    /// The policy of `config`.
    pub fn policy(&self, args: &PolicyArgs, config: Config) -> Result<Policy, Error> {
        let baseline = match &args.baseline {
            Some(file) => Some((file.display().to_string(), read(file)?)),
            None => None,
        };
        let options = policy::Options { today: today(), no_baseline: args.no_baseline, no_inline: args.no_inline, baseline };
        Ok(Policy::new(config, options)?)
    }

    /// Whether to colour what goes to `stream`.
    pub fn colors(&self, stream: &impl IsTerminal) -> bool {
        match self.color {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto => {
                stream.is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
            }
        }
    }
}

/// `tightlip/config.toml` in the user's configuration directory.
fn user_config() -> Option<PathBuf> {
    let directory = std::env::var_os("XDG_CONFIG_HOME").filter(|value| !value.is_empty()).map(PathBuf::from);
    let directory = directory.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".config")))?;
    Some(directory.join("tightlip/config.toml"))
}

fn read(file: &Path) -> Result<Vec<u8>, Error> {
    fs::read(file).map_err(|source| Error::File { doing: "read", what: file.display().to_string(), source })
}

fn read_if_there(file: &Path) -> Result<Option<Vec<u8>>, Error> {
    match fs::read(file) {
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => Ok(None),
        Err(source) => Err(Error::File { doing: "read", what: file.display().to_string(), source }),
        Ok(bytes) => Ok(Some(bytes)),
    }
}

/// The day, in UTC, as `YYYY-MM-DD`.
fn today() -> String {
    // A clock before 1970 makes nothing expire that has not expired long ago.
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    policy::date::from_unix_days(seconds / 86_400)
}
