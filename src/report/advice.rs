//! What to put in the place of a secret, by the kind of its file.
//!
//! The name of the variable that it proposes is the one that the source line assigns to, else one made of the rule's id.
//!
//! Never: the value; a word about how to get past a block.

use std::ops::RangeInclusive;

use crate::{finding::Finding, rules};

/// A kind of file and what stands for a value in it: `<NAME>` for an environment variable, `<name>` for the same in lower case.
struct Kind {
    /// Ends of paths in lower case; a slash stands for the beginning of a name, also at the start of the path.
    ends: &'static [&'static str],
    instead: &'static str,
}

/// The first that fits counts.
const KINDS: &[Kind] = &[
    Kind {
        ends: &["/.dlt/secrets.toml", "/secrets.toml"],
        instead: "keep this file out of git; dlt reads SOURCES__<SOURCE>__<NAME> as well",
    },
    Kind {
        ends: &["/.dlt/config.toml"],
        instead: "name it in .dlt/secrets.toml, which stays out of git; dlt reads SOURCES__<SOURCE>__<NAME> as well",
    },
    Kind { ends: &["_pipeline.py"], instead: "os.environ[\"<NAME>\"], or in dlt: dlt.secrets[\"<name>\"]" },
    Kind { ends: &["/profiles.yml", "/profiles.yaml"], instead: "\"{{ env_var('<NAME>') }}\"" },
    Kind { ends: &["/.gitlab-ci.yml"], instead: "$<NAME>, a masked CI/CD variable" },
    Kind { ends: &["/target/manifest.json", "/target/run_results.json"], instead: "keep dbt's target/ out of git" },
    Kind {
        ends: &[".tfvars", ".tfvars.json"],
        instead: "keep this file out of git; Terraform reads TF_VAR_<name> as well",
    },
    Kind { ends: &[".tf"], instead: "var.<name>, a variable with sensitive = true" },
    Kind { ends: &[".ipynb"], instead: "os.environ[\"<NAME>\"], and clear the outputs" },
    Kind { ends: &[".py", ".pyi", ".pyw"], instead: "os.environ[\"<NAME>\"]" },
    Kind {
        ends: &[".js", ".jsx", ".mjs", ".cjs", ".ts", ".tsx", ".mts", ".cts", ".vue", ".svelte", ".astro"],
        instead: "process.env.<NAME>",
    },
    Kind { ends: &[".rs"], instead: "std::env::var(\"<NAME>\")" },
    Kind { ends: &[".go"], instead: "os.Getenv(\"<NAME>\")" },
    Kind { ends: &[".java", ".kt", ".kts", ".scala", ".groovy", ".gradle"], instead: "System.getenv(\"<NAME>\")" },
    Kind { ends: &[".rb", "/rakefile", "/gemfile"], instead: "ENV.fetch(\"<NAME>\")" },
    Kind { ends: &[".php"], instead: "getenv('<NAME>')" },
    Kind { ends: &[".cs", ".vb", ".fs"], instead: "Environment.GetEnvironmentVariable(\"<NAME>\")" },
    Kind { ends: &[".ps1", ".psm1"], instead: "$env:<NAME>" },
    Kind {
        ends: &[".sh", ".bash", ".zsh", ".fish", "/makefile", "/justfile"],
        instead: "\"$<NAME>\", set outside of the file",
    },
    Kind { ends: &["/dockerfile", ".dockerfile"], instead: "RUN --mount=type=secret,id=<name>" },
    Kind { ends: &[".yml", ".yaml"], instead: "${<NAME>}" },
    Kind {
        ends: &[".pem", ".key", ".p8", ".p12", ".pfx", ".jks", ".keystore", ".ppk", ".asc", ".kdbx"],
        instead: "keep this file out of git, in a secret store",
    },
    Kind { ends: &["/id_rsa", "/id_dsa", "/id_ecdsa", "/id_ed25519"], instead: "keep this file out of git" },
    Kind { ends: &[".json"], instead: "a reference filled in at run time, or keep this file out of git" },
];

/// For `.env` and its kin, whose names have no common end.
const DOTENV: &str = "keep this file out of git; commit a .env.example without values";
const WORKFLOW: &str = "${{ secrets.<NAME> }}";
const ANYWHERE: &str = "the environment variable <NAME>, read at run time";

/// Names that say nothing about what they hold.
const EMPTY_NAMES: [&str; 4] = ["VALUE", "DEFAULT", "DATA", "STRINGDATA"];
/// Shorter ones are loop variables and the like, longer ones no names.
const NAME_LENGTHS: RangeInclusive<usize> = 3..=48;

/// What to put there instead of the value of `finding`, on one line; not escaped.
pub fn instead(finding: &Finding) -> String {
    let path = format!("/{}", finding.place.path.to_string().to_lowercase());
    if finding.rule.id == rules::DENIED_PATH {
        return if is_dotenv(&path) { DOTENV } else { "keep this file out of git; commit a template without values" }
            .into();
    }
    let assigned = assigned_name(&before_value(finding));
    if assigned.is_none() && finding.rule.id == rules::KNOWN_VALUE {
        return "what reads it at run time from where it is kept".into();
    }
    let name = assigned.map_or_else(
        || words_of(finding.rule.id.trim_start_matches("generic-")).join("_"),
        |name| qualified(name, &finding.rule.provider),
    );
    filled(form(&path), &name)
}

fn filled(form: &str, name: &str) -> String {
    form.replace("<NAME>", name).replace("<name>", &name.to_lowercase())
}

fn form(path: &str) -> &'static str {
    if is_dotenv(path) {
        DOTENV
    } else if path.contains("/.github/workflows/") || path.ends_with("/action.yml") {
        WORKFLOW
    } else {
        let fits = |kind: &&Kind| kind.ends.iter().any(|end| path.ends_with(end));
        KINDS.iter().find(fits).map_or(ANYWHERE, |kind| kind.instead)
    }
}

fn is_dotenv(path: &str) -> bool {
    let name = &path[path.rfind('/').map_or(0, |slash| slash + 1)..];
    name.starts_with(".env") || name.rsplit('.').next() == Some("env")
}

fn before_value(finding: &Finding) -> String {
    finding.excerpt.text.chars().take(finding.excerpt.start).collect()
}

/// The name that the end of `before` assigns to, as an environment variable is written.
fn assigned_name(before: &str) -> Option<String> {
    let target = assignment_target(before_url(before))?;
    let (until_name, behind) = target.split_at(target.trim_end_matches(|c| !is_name(c)).len());
    let before_name = until_name.trim_end_matches(is_name);
    if is_masked(before_name, behind) {
        return None;
    }
    let written = &until_name[before_name.len()..];
    let mut name = words_of(written).join("_");
    // In small letters it says that the name is the program's own.
    if written.starts_with('_') && !written.contains(|c: char| c.is_ascii_lowercase()) {
        name.insert(0, '_');
    }
    let tells =
        name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') && !EMPTY_NAMES.contains(&name.as_str());
    (tells && NAME_LENGTHS.contains(&name.len())).then_some(name)
}

/// Whether what stands between the two may be the end or the beginning of another value's mask, or of a name that the excerpt
/// cuts. One star in front is a pointer of C or Go.
fn is_masked(before: &str, behind: &str) -> bool {
    let unstarred = before.trim_end_matches('*');
    before.len() - unstarred.len() > 1 || unstarred.ends_with("...") || behind.starts_with('*')
}

/// What stands in front of the URL that the value is a part of: not its user, but what the URL is assigned to.
fn before_url(before: &str) -> &str {
    let Some(separator) = before.rfind("://") else { return before };
    if before[separator..].contains(|c: char| c.is_whitespace() || "\"'`".contains(c)) {
        return before;
    }
    before[..separator].trim_end_matches(|c: char| c.is_ascii_alphanumeric() || "+.:-".contains(c))
}

/// What stands on the left of the sign of assignment that `before` ends with, without its type: `let key: &str = "` has
/// `let key`.
fn assignment_target(before: &str) -> Option<&str> {
    let unquoted = before.trim_end_matches(|c: char| c.is_whitespace() || "\"'`(".contains(c));
    let target = unquoted.trim_end_matches(['=', ':', '>', '?']);
    if target.len() == unquoted.len() {
        return None;
    }
    let target = target.rsplit([';', ',', '{', '(']).next().expect("a split has at least one part");
    Some(target.split_once(": ").map_or(target, |(name, _type)| name))
}

fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == '-'
}

/// `apiKey`, `api-key` and `API_KEY` are all `API`, `KEY`.
fn words_of(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut after_lower = false;
    for c in name.chars() {
        let begins = c.is_ascii_uppercase() && after_lower;
        if begins || !c.is_ascii_alphanumeric() {
            words.push(String::new());
        }
        if c.is_ascii_alphanumeric() {
            words.last_mut().expect("never empty").push(c.to_ascii_uppercase());
        }
        after_lower = c.is_ascii_lowercase();
    }
    words.retain(|word| !word.is_empty());
    words
}

/// A name of one word, as `TOKEN`, with the provider in front.
fn qualified(name: String, provider: &str) -> String {
    let provider: String = provider.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_uppercase();
    if name.contains('_') || provider.is_empty() || name.contains(&provider) {
        name
    } else {
        format!("{provider}_{name}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_name_that_is_assigned_to() {
        for (before, name) in [
            ("STRIPE_KEY = \"", Some("STRIPE_KEY")),
            ("  \"apiKey\": \"", Some("API_KEY")),
            ("export DB-PASSWORD=", Some("DB_PASSWORD")),
            ("export _DB_PASSWORD=", Some("_DB_PASSWORD")),
            ("self._api_key = \"", Some("API_KEY")),
            ("let api_key: &str = \"", Some("API_KEY")),
            ("const token: string = `", Some("TOKEN")),
            ("os.environ[\"HF_TOKEN\"] = '", Some("HF_TOKEN")),
            ("Client(url, secret_key=\"", Some("SECRET_KEY")),
            ("db.password := \"", Some("PASSWORD")),
            ("'auth_token' => '", Some("AUTH_TOKEN")),
            ("KEY = bytes(\"", None),
            ("DATABASE_URL=postgresql://ada:", Some("DATABASE_URL")),
            ("url: \"jdbc:postgresql://host/db?password=", Some("URL")),
            ("headers = {\"Authorization\": \"Bearer ", None),
            ("    value: \"", None),
            ("x = \"", None),
            ("# ", None),
            ("x = {'********xF': '", None),
            ("x = {'ghp_********': '", None),
            ("{sk_live_********-key: ", None),
            ("...*xFy = '", None),
            ("...TRIPE_KEY = '", None),
            ("const char *api_key = \"", Some("API_KEY")),
            ("a = \"********xF\"; db_password = \"", Some("DB_PASSWORD")),
            ("", None),
        ] {
            assert_eq!(assigned_name(before).as_deref(), name, "{before}");
        }
    }

    #[test]
    fn proposes_what_the_file_understands() {
        for (path, expected) in [
            ("/src/settings.py", "os.environ[\"<NAME>\"]"),
            ("/.github/workflows/ci.yml", WORKFLOW),
            ("/docker-compose.yml", "${<NAME>}"),
            ("/dbt/profiles.yml", "\"{{ env_var('<NAME>') }}\""),
            ("/.env", DOTENV),
            ("/.env.production", DOTENV),
            ("/prod.env", DOTENV),
            ("/.dlt/secrets.toml", "keep this file out of git; dlt reads SOURCES__<SOURCE>__<NAME> as well"),
            ("/load/github_pipeline.py", "os.environ[\"<NAME>\"], or in dlt: dlt.secrets[\"<name>\"]"),
            (
                "/.dlt/config.toml",
                "name it in .dlt/secrets.toml, which stays out of git; dlt reads SOURCES__<SOURCE>__<NAME> as well",
            ),
            ("/web/app.tsx", "process.env.<NAME>"),
            ("/notes.txt", ANYWHERE),
        ] {
            assert_eq!(form(path), expected, "{path}");
        }
    }

    #[test]
    fn fills_in_the_name_and_nothing_else() {
        for (path, expected) in [
            (
                "/.dlt/config.toml",
                "name it in .dlt/secrets.toml, which stays out of git; dlt reads SOURCES__<SOURCE>__STRIPE_KEY as well",
            ),
            ("/main.tf", "var.stripe_key, a variable with sensitive = true"),
        ] {
            assert_eq!(filled(form(path), "STRIPE_KEY"), expected, "{path}");
        }
    }

    #[test]
    fn puts_the_provider_in_front_of_a_bare_name() {
        assert_eq!(qualified("TOKEN".into(), "GitHub"), "GITHUB_TOKEN");
        assert_eq!(qualified("API_KEY".into(), "GitHub"), "API_KEY");
        assert_eq!(qualified("TOKEN".into(), ""), "TOKEN");
    }
}
