//! By what a run judges: the configuration files, the baseline and the command line, made one policy.
//!
//! Never: findings.

use std::{
    fs, io,
    path::{Path, PathBuf},
    time::{SystemTime, UNIX_EPOCH},
};

use gix::bstr::BStr;

use super::error::Error;
use crate::{
    cli::{PolicyArgs, VERSION},
    config::{self, Config, Date},
    detect::{Detector, validate},
    git::Repository,
    guard::Guard,
    policy::{
        self, Policy,
        baseline::{self, Baseline},
        receipts,
        widened::Widened,
    },
    report::escape,
    rules::{self, RuleSet},
    scan::{self, Before, Pace, Scan, Scanned, Terms},
    source::{Entry, EntryKind, Locator, Source},
};

/// What is in force for one source.
struct InForce {
    config: Config,
    policy: Policy,
    options: policy::Options,
    user: Option<NamedFile>,
    /// The configuration that the command line names.
    given_config: Option<NamedFile>,
    /// The repository's configuration, where the command line names none.
    repository: Option<NamedFile>,
    baseline: BaselineChoice,
}

/// What is in force for one side, ready to scan what goes with it.
pub struct Judge<'r> {
    in_force: InForce,
    rules: RuleSet,
    detector: Detector,
    args: PolicyArgs,
    guard: Option<Guard<'r>>,
}

/// Scans `source`, judged by what is in force for it.
pub fn scan(args: &PolicyArgs, source: &mut dyn Source) -> Result<Scanned, Error> {
    Judge::new(args, source)?.scan(source)
}

impl<'r> Judge<'r> {
    /// By the policy files on the side that `source` judges.
    pub fn new(args: &PolicyArgs, source: &mut dyn Source) -> Result<Self, Error> {
        Self::by(args, InForce::new(args, Inline::unless(args.no_inline), source)?)
    }

    /// As a server judges: inline comments count where the policy says so.
    pub fn of_server(source: &mut dyn Source) -> Result<Self, Error> {
        let args = PolicyArgs::default();
        Self::by(&args, InForce::new(&args, Inline::AsConfigured, source)?)
    }

    fn by(args: &PolicyArgs, in_force: InForce) -> Result<Self, Error> {
        let rules = in_force.config.rule_set();
        let detector = in_force.detector(args, &rules)?;
        Ok(Self { in_force, rules, detector, args: args.clone(), guard: None })
    }

    /// The same, with the guard of known values over `repository`: for what somebody commits or pushes there, and never where
    /// others' secret files stand.
    #[must_use]
    pub fn guarded(self, repository: &'r Repository) -> Self {
        let guard = if is_in_ci() { None } else { self.guard(repository) };
        Self { guard, ..self }
    }

    /// The same, with a guard that was asked something before.
    #[must_use]
    pub fn guarded_by(self, guard: Guard<'r>) -> Self {
        Self { guard: Some(guard), ..self }
    }

    /// The guard over `repository`, if one is in force.
    pub fn guard(&self, repository: &'r Repository) -> Option<Guard<'r>> {
        guard(&self.args, &self.in_force.config, repository)
    }

    /// Scans `source`, which has the same policy files.
    pub fn scan(&self, source: &mut dyn Source) -> Result<Scanned, Error> {
        self.scan_at(Pace::STEADY, source)
    }

    /// The same, at a pace for many entries.
    pub fn scan_at(&self, pace: Pace<'_>, source: &mut dyn Source) -> Result<Scanned, Error> {
        let Self { detector, rules, in_force, guard, .. } = self;
        Ok(Scan { source, detector, rules, guard: guard.as_ref(), terms: in_force, pace }.run()?)
    }

    /// All that a change which needs nothing to let it pass is judged by.
    pub fn receipt_terms(&self) -> receipts::Terms {
        let bytes = |file: &Option<NamedFile>| file.as_ref().map(|file| file.bytes.clone());
        let (user, repository) = (bytes(&self.in_force.user), bytes(&self.in_force.repository));
        // What the guard knew is no part of it: nothing of a value is kept.
        let guard = self.guard.as_ref().map(|_| b"guarded".as_slice());
        receipts::Terms::new([Some(VERSION.as_bytes()), user.as_deref(), repository.as_deref(), guard])
    }

    /// What the configuration lets pass that the one before did not.
    pub fn reconfigured(&self, source: &mut dyn Source) -> Result<Widened, Error> {
        let mut widened = Widened::default();
        let before = self.in_force.before(source)?.config;
        widened.add_configuration(&before, &self.in_force.config, self.in_force.options.today);
        Ok(widened)
    }
}

/// Whether inline comments count.
#[derive(Clone, Copy)]
enum Inline {
    Yes,
    No,
    /// `[server] inline`.
    AsConfigured,
}

impl Inline {
    fn unless(not: bool) -> Self {
        if not { Self::No } else { Self::Yes }
    }

    fn counts(self, config: &Config) -> bool {
        match self {
            Self::Yes => true,
            Self::No => false,
            Self::AsConfigured => config.server_inline,
        }
    }
}

/// The rules that the configuration in force leaves.
pub fn rules_in_force(args: &PolicyArgs, source: &mut dyn Source) -> Result<RuleSet, Error> {
    Ok(InForce::new(args, Inline::unless(args.no_inline), source)?.config.rule_set())
}

/// A detector for the rules that are in force for `source`.
pub fn detector(args: &PolicyArgs, source: &mut dyn Source) -> Result<Detector, Error> {
    let terms = InForce::new(args, Inline::unless(args.no_inline), source)?;
    terms.detector(args, &terms.config.rule_set())
}

/// The detector in force for `source`, and the pattern by which bringing `path` into git is a finding.
pub fn explained(args: &PolicyArgs, source: &mut dyn Source, path: &BStr) -> Result<(Detector, Option<String>), Error> {
    let terms = InForce::new(args, Inline::unless(args.no_inline), source)?;
    let detector = terms.detector(args, &terms.config.rule_set())?;
    let locator = Locator::Disk(PathBuf::new());
    let entry = Entry { path: path.to_owned(), kind: EntryKind::File, locator, new_path: true };
    let denied = terms.policy.denied(&entry).map(|denied| denied.pattern.to_owned());
    Ok((detector, denied))
}

/// Where accepted findings are looked up.
enum BaselineChoice {
    /// Where the repository keeps them.
    Repository,
    /// In a file that the command line names.
    Given(NamedFile),
    /// Nowhere.
    None,
}

/// A file as it was read, and what messages call it.
struct NamedFile {
    name: String,
    bytes: Vec<u8>,
}

impl InForce {
    /// Reads the configuration that is in force for `source`: command line over repository over user.
    fn new(args: &PolicyArgs, inline: Inline, source: &mut dyn Source) -> Result<Self, Error> {
        let user = user_file().map(|path| NamedFile::read_if_there(&path)).transpose()?.flatten();
        let given_config = args.config.as_deref().map(NamedFile::read).transpose()?;
        let repository = match &given_config {
            Some(_) => None,
            None => NamedFile::of(config::REPOSITORY_FILE, source.policy_file(config::REPOSITORY_FILE)?),
        };
        let mut config =
            config::read(as_config(user.as_ref()), as_config(given_config.as_ref().or(repository.as_ref())))?;
        if let Some(text) = &args.max_file_size {
            config.max_file_size = config::size(text).map_err(|error| {
                Error::usage(format!("--max-file-size {}: {error}", escape::text(text)), "write it as 64 MiB")
            })?;
        }
        let options = policy::Options { today: today(), block: args.severity, inline: inline.counts(&config) };
        let baseline = match &args.baseline {
            _ if args.no_baseline => BaselineChoice::None,
            Some(path) => {
                BaselineChoice::Given(NamedFile::read_if_there(path)?.unwrap_or_else(|| NamedFile::empty(path)))
            }
            None => BaselineChoice::Repository,
        };
        let policy = Policy::new(config.clone(), options)?;
        Ok(Self { config, policy, options, user, given_config, repository, baseline })
    }

    /// A detector for those rules that the command line leaves, and for those that are required.
    fn detector(&self, args: &PolicyArgs, rules: &RuleSet) -> Result<Detector, Error> {
        for id in args.rule.iter().chain(&args.skip_rule) {
            if !rules::is_known_id(rules, id) {
                let nearest =
                    rules::nearest_id(rules, id).map_or_else(String::new, |id| format!("; the nearest is {id}"));
                let message = format!("there is no rule {}{nearest}", escape::text(id));
                return Err(Error::usage(message, "list the built-in rules with: tightlip rules list"));
            }
        }
        for rule in &self.config.rules {
            if let Some(check) = rule.checks.iter().find(|check| !validate::is_known(&check.name)) {
                let message = format!("rule {} names a check {} that there is not", rule.id, escape::text(&check.name));
                return Err(Error::usage(message, "CONTRIBUTING.md says where the checks are"));
            }
        }
        let mut wanted = rules.clone();
        if args.rule.is_empty() && args.skip_rule.is_empty() {
            return Ok(Detector::new(wanted));
        }
        wanted.retain(|rule| {
            let named = |ids: &[String]| ids.iter().any(|id| *id == rule.id);
            let left = args.rule.is_empty() || named(&args.rule);
            (left && !named(&args.skip_rule)) || named(&self.config.require.rules)
        });
        Ok(Detector::new(wanted))
    }
}

impl Terms for InForce {
    fn config(&self) -> &Config {
        &self.config
    }

    fn policy(&self) -> &Policy {
        &self.policy
    }

    fn baseline(&self, source: &mut dyn Source) -> Result<Baseline, scan::Error> {
        self.read_baseline(|| Ok(source.policy_file(baseline::FILE)?))
    }

    fn before(&self, source: &mut dyn Source) -> Result<Before, scan::Error> {
        // Whatever stood there, such as a symbolic link or a broken file, must be replaceable.
        let repository = match &self.given_config {
            Some(_) => Ok(None),
            None => source.earlier_policy_file(config::REPOSITORY_FILE),
        };
        let is_there = repository.is_ok();
        let repository = NamedFile::of(config::REPOSITORY_FILE, repository.unwrap_or_default());
        let user = as_config(self.user.as_ref());
        let written = as_config(self.given_config.as_ref().or(repository.as_ref()));
        let config = config::read(user, written);
        let baseline = self.read_baseline(|| Ok(source.earlier_policy_file(baseline::FILE)?));
        let is_whole = is_there && config.is_ok() && baseline.is_ok();
        let config = config.or_else(|_| config::read(user, None)).unwrap_or_default();
        let policy = Policy::new(config.clone(), self.options)?;
        Ok(Before { config, policy, baseline: baseline.unwrap_or_default(), is_whole })
    }
}

impl InForce {
    fn read_baseline(
        &self,
        of_repository: impl FnOnce() -> Result<Option<Vec<u8>>, scan::Error>,
    ) -> Result<Baseline, scan::Error> {
        match &self.baseline {
            BaselineChoice::None => Ok(Baseline::default()),
            BaselineChoice::Given(file) => Ok(Baseline::parse(&file.name, &file.bytes)?),
            BaselineChoice::Repository => match of_repository()? {
                Some(bytes) => Ok(Baseline::parse(baseline::FILE, &bytes)?),
                None => Ok(Baseline::default()),
            },
        }
    }
}

impl NamedFile {
    fn of(name: &str, bytes: Option<Vec<u8>>) -> Option<Self> {
        Some(Self { name: name.to_owned(), bytes: bytes? })
    }

    fn empty(path: &Path) -> Self {
        Self { name: path.display().to_string(), bytes: Vec::new() }
    }

    fn read(path: &Path) -> Result<Self, Error> {
        let name = path.display().to_string();
        match fs::read(path) {
            Ok(bytes) => Ok(Self { name, bytes }),
            Err(source) => Err(Error::File { doing: "read", what: name, source }),
        }
    }

    fn read_if_there(path: &Path) -> Result<Option<Self>, Error> {
        match Self::read(path) {
            Err(Error::File { source, .. }) if is_absent(&source) => Ok(None),
            read => read.map(Some),
        }
    }
}

/// Whether a file is not there, which is no fault.
pub fn is_absent(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

fn as_config(file: Option<&NamedFile>) -> Option<config::File<'_>> {
    file.map(|file| config::File { name: &file.name, text: &file.bytes })
}

/// `tightlip/config.toml` in the user's configuration directory.
pub fn user_file() -> Option<PathBuf> {
    let set = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let directory = set("XDG_CONFIG_HOME").or_else(|| Some(set("HOME")?.join(".config")))?;
    Some(directory.join("tightlip/config.toml"))
}

/// The guard over `repository`, unless its rule is off; what is required no command line switches off.
fn guard<'r>(args: &PolicyArgs, config: &Config, repository: &'r Repository) -> Option<Guard<'r>> {
    let named = |ids: &[String]| ids.iter().any(|id| id == rules::KNOWN_VALUE);
    let is_off = named(&config.disable)
        || !named(&config.require.rules) && (named(&args.skip_rule) || !args.rule.is_empty() && !named(&args.rule));
    if is_off { None } else { Guard::new(repository, &config.known, home()) }
}

/// The user's home.
pub fn home() -> Option<PathBuf> {
    std::env::var_os("HOME").filter(|home| !home.is_empty()).map(PathBuf::from)
}

/// What the user's own configuration says of known values; what cannot be read says nothing here.
pub fn user_known() -> config::Known {
    let file = user_file().and_then(|path| NamedFile::read_if_there(&path).ok().flatten());
    config::read(as_config(file.as_ref()), None).unwrap_or_default().known
}

/// Whether this runs in somebody's CI, by the variables that such systems set.
pub fn is_in_ci() -> bool {
    let says_so = |name| std::env::var_os(name).is_some_and(|value| !["", "0", "false"].iter().any(|no| value == *no));
    ["CI", "TF_BUILD", "JENKINS_URL", "TEAMCITY_VERSION", "CODEBUILD_BUILD_ID"].into_iter().any(says_so)
}

/// The day, in UTC.
pub fn today() -> Date {
    // With a clock before 1970 nothing has expired yet, and what is found still blocks.
    Date::of_unix_time(now())
}

/// The seconds since the beginning of 1970, in UTC.
pub fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}
