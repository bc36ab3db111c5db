//! The guard of known values in the life of a data project: 200 ordinary commits, and no false alarm.

use crate::support::{Repo, tokens};

/// The project's sources, each with a host, an account and names of its own.
const SOURCES: [&str; 10] =
    ["salesforce", "hubspot", "stripe", "shopify", "zendesk", "jira", "github", "postgres", "mysql", "sharepoint"];
const COMMITS: u64 = 200;
const GUARD: [&str; 4] = ["scan", "--staged", "--rule", "known-value"];

/// The same numbers each time.
struct Draw(u64);

impl Draw {
    fn below(&mut self, count: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits") % count
    }

    fn of<'a>(&mut self, things: &[&'a str]) -> &'a str {
        things[self.below(things.len())]
    }
}

/// What everybody may see, and what yet stands in the secret files as well.
const SETTINGS: [(&str, &str); 18] = [
    ("host", "warehouse.acme-analytics.eu-central-1.rds.amazonaws.com"),
    ("account", "xy12345.eu-central-1"),
    ("user", "dbt_transformer"),
    ("username", "loader_service"),
    ("role", "TRANSFORMER_ROLE"),
    ("warehouse", "TRANSFORMING_WH"),
    ("database", "analytics_production"),
    ("schema", "staging_salesforce"),
    ("region", "eu-central-1"),
    ("bucket_url", "s3://acme-analytics-landing/raw/"),
    ("project_id", "acme-analytics-317204"),
    ("tenant_id", "72f988bf-86f1-41af-91ab-2d7cd011db47"),
    ("client_id", "04b07795-8ddb-461a-bbee-02f9e1bf7b46"),
    ("client_email", "loader@acme-analytics-317204.iam.gserviceaccount.com"),
    ("token_uri", "https://oauth2.googleapis.com/token"),
    ("endpoint", "https://api.acme-analytics.com/v2/events"),
    ("auth_method", "externalbrowser"),
    ("private_key_path", "/home/ada/.ssh/snowflake_key.p8"),
];

/// Passwords as people have them for what runs on their own machine.
const LOCAL: [(&str, &str); 6] = [
    ("POSTGRES_PASSWORD", "localdev99"),
    ("MINIO_ROOT_PASSWORD", "minioadmin"),
    ("AIRFLOW_PASSWORD", "airflow"),
    ("DB_PASSWORD", "postgres"),
    ("REDIS_PASSWORD", "analytics"),
    ("MYSQL_ROOT_PASSWORD", "compose-default-7"),
];

fn project() -> Repo {
    let repo = Repo::protected();
    repo.stage(".gitignore", ".env\n.dlt/secrets.toml\nprofiles.yml\n*.tfvars\nservice_account.json\n");
    let compose = LOCAL.map(|(name, value)| format!("      {name}: ${{{name}:-{value}}}\n")).concat();
    repo.stage("docker-compose.yml", format!("services:\n  db:\n    image: postgres:16\n    environment:\n{compose}"));
    let example = LOCAL.map(|(name, value)| format!("{name}={value}\n")).concat();
    repo.stage(".env.example", example);
    repo.git(["commit", "-q", "--no-verify", "-m", "The project"]);

    let settings = |line: &dyn Fn(&str, &str) -> String| SETTINGS.map(|(name, value)| line(name, value)).concat();
    let env = settings(&|name, value| format!("SNOWFLAKE_{}={value}\n", name.to_uppercase()));
    let local = LOCAL.map(|(name, value)| format!("{name}={value}\n")).concat();
    repo.write(".env", format!("{env}{local}SNOWFLAKE_PASSWORD={}\n", tokens::gitlab(1)));
    let sections = SOURCES.map(|source| {
        let own = settings(&|name, value| format!("{name} = \"{value}\"\n"));
        let secret = tokens::gitlab(source.len() as u64);
        format!("[sources.{source}]\n{own}api_key = \"{secret}\"\npassword = \"{source}_loader\"\n\n")
    });
    repo.write(".dlt/secrets.toml", sections.concat());
    let profile = settings(&|name, value| format!("      {name}: {value}\n"));
    repo.write(
        "profiles.yml",
        format!("acme:\n  target: dev\n  outputs:\n    dev:\n{profile}      password: {}\n", tokens::gitlab(2)),
    );
    repo.write("prod.tfvars", settings(&|name, value| format!("{name} = \"{value}\"\n")));
    repo.write(
        "service_account.json",
        format!("{{{}\"type\": \"service_account\"}}", settings(&|name, value| format!("\"{name}\": \"{value}\",\n"))),
    );
    repo
}

/// A few lines as people write them into a file of that kind.
fn lines(draw: &mut Draw, number: u64) -> (String, String) {
    let source = draw.of(&SOURCES);
    let (name, value) = SETTINGS[draw.below(SETTINGS.len())];
    let (variable, default) = LOCAL[draw.below(LOCAL.len())];
    let (path, text) = match draw.below(8) {
        0 => (
            format!("sources/{source}/__init__.py"),
            format!(
                "@dlt.source(name=\"{source}\")\ndef load_{number}({name}=\"{value}\", api_key=dlt.secrets.value):\n    return rest(\"{value}\")\n"
            ),
        ),
        1 => (
            format!("models/staging/stg_{source}_{number}.sql"),
            format!(
                "select * from {{{{ source('{source}', 'events') }}}} -- {value}\nwhere loaded_at > '2026-01-{:02}'\n",
                1 + number % 28
            ),
        ),
        2 => (".dlt/config.toml".into(), format!("[sources.{source}.run_{number}]\n{name} = \"{value}\"\n")),
        3 => ("terraform/main.tf".into(), format!("variable \"{name}_{number}\" {{\n  default = \"{value}\"\n}}\n")),
        4 => (
            format!(".github/workflows/{source}.yml"),
            format!(
                "env:\n  {variable}: {default}\n  SNOWFLAKE_{}: {value}\n  SNOWFLAKE_PASSWORD: ${{{{ secrets.SNOWFLAKE_PASSWORD }}}}\n# {number}\n",
                name.to_uppercase()
            ),
        ),
        5 => (
            "README.md".into(),
            format!("## Run {number}\n\nSet `{variable}` (by default `{default}`), then load {source} from {value}.\n"),
        ),
        6 => (
            format!("tests/test_{source}.py"),
            format!("def test_{number}():\n    assert connect({name}=\"{value}\", password=\"{default}\")\n"),
        ),
        _ => (
            format!("notebooks/{source}.ipynb"),
            format!(
                "{{\"cells\": [{{\"cell_type\": \"code\", \"outputs\": [], \"source\": [\"{name} = '{value}' # {number}\\n\"]}}], \"metadata\": {{}}, \"nbformat\": 4}}\n"
            ),
        ),
    };
    (path, text)
}

#[test]
fn two_hundred_ordinary_commits_pass_unnoticed() {
    let repo = project();
    let mut draw = Draw(8);
    for number in 0..COMMITS {
        for _ in 0..=draw.below(3) {
            let (path, text) = lines(&mut draw, number);
            let before = std::fs::read_to_string(repo.top().join(&path)).unwrap_or_default();
            let whole = if path.starts_with("notebooks/") { text } else { before + &text };
            repo.stage(path, whole);
        }
        // What other rules guess of the same lines is another question.
        let run = repo.tightlip(GUARD);
        assert_eq!((run.code, run.stderr.as_str()), (0, ""), "commit {number}: {run:?}");
        repo.git(["commit", "-q", "--no-verify", "--allow-empty", "-m", "a commit"]);
    }
    // It was not for want of looking.
    repo.stage("loader.py", format!("x = '{}'\n", tokens::gitlab(1)));
    repo.tightlip(GUARD).blocked_by("the value of SNOWFLAKE_PASSWORD in .env");
}
