//! The states between its steps, and what it leaves alone.

use super::*;

const EARLIER: &[u8] = b"#!/bin/sh\nexit 7\n";

/// A name, and what puts the earlier hook there.
type Case<'a> = (&'a str, &'a dyn Fn(&Path));

/// A hooks folder with something as pre-commit.
fn folder(earlier: impl Fn(&Path)) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    earlier(&folder.path().join("pre-commit"));
    folder
}

fn program(mode: u32) -> impl Fn(&Path) {
    move |path| {
        fs::write(path, EARLIER).expect("a file");
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("a mode");
    }
}

fn nothing(_: &Path) {}

fn link(path: &Path) {
    symlink("../scripts/check", path).expect("a link");
}

fn install(folder: &Path) -> Plan {
    Plan::install(folder, Some(Path::new("/opt/tightlip")), &HookKind::ALL).expect("a plan")
}

/// What becomes of the first two hooks; the others fare as the second does.
fn changes(plan: &Plan) -> [Change; 2] {
    let changes: Vec<_> = plan.steps().iter().map(|step| step.change).collect();
    assert!(changes[2..].iter().all(|change| *change == changes[1]) || changes[1] == Change::Renew, "{changes:?}");
    [changes[0], changes[1]]
}

/// Every name in the folder with what it holds.
fn state(folder: &Path) -> Vec<(String, File)> {
    let mut state: Vec<_> = fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry"))
        .map(|entry| (name(&entry), File::read(&entry.path()).expect("readable").expect("there")))
        .collect();
    state.sort_by(|a, b| a.0.cmp(&b.0));
    state
}

fn name(entry: &fs::DirEntry) -> String {
    entry.file_name().into_string().expect("our own names")
}

#[test]
fn every_shim_has_the_version_and_one_line_to_fill_in() {
    let marker = [MARKER, VERSION.to_string().as_bytes(), b"\n"].concat();
    for hook in HookKind::ALL {
        let template = template(hook);
        assert!(template.as_bytes().starts_with(&marker), "{hook:?}");
        assert_eq!(template.matches(UNSET).count(), 1, "{hook:?}");
        assert!(template.contains(&format!("$hook{KEPT_SUFFIX}\n")), "{hook:?}");
        assert!(template.contains(&format!("'. \"$0{KEPT_SUFFIX}\"'")), "{hook:?}");
        assert!(template.contains(&format!("exec \"$tightlip\" hook {} \"$@\"\n", hook.name())), "{hook:?}");
        assert_eq!(text(hook, None), template.as_bytes(), "{hook:?}");
    }
}

#[test]
fn a_shim_is_ours_as_written_and_nobody_elses_once_changed() {
    let shim = text(HookKind::PreCommit, Some(Path::new("/it's\n/here")));
    let with = |from: &str, to: &str| String::from_utf8_lossy(&shim).replacen(from, to, 1).into_bytes();
    for (ours, bytes) in [
        (true, shim.clone()),
        (true, text(HookKind::PreCommit, None)),
        (true, with("shim 5\n", "shim 1\n")),
        (false, with("shim 5\n", "shim 6\n")),
        (false, with("shim 5\n", "shim two\n")),
        (false, with("exit 2\n", "exit 0\n")),
        (false, with("/here'\n", "/here'; exit 0; ''\n")),
        (false, with("#!/bin/sh\n", "#!/bin/sh\nexit 0\n")),
        (false, [shim.as_slice(), b"echo more\n"].concat()),
        (false, EARLIER.to_vec()),
        (false, Vec::new()),
    ] {
        let shown = String::from_utf8_lossy(&bytes).into_owned();
        assert_eq!(File::Plain { bytes, mode: None }.is_shim(HookKind::PreCommit), ours, "{shown}");
    }
}

#[test]
fn whatever_was_there_comes_back_byte_for_byte() {
    let cases: [Case; 6] = [
        ("nothing", &nothing),
        ("executable", &program(0o755)),
        ("for its owner", &program(0o700)),
        ("not executable", &program(0o640)),
        ("set-user-id", &program(0o4755)),
        ("dangling link", &link),
    ];
    for (case, earlier) in cases {
        let folder = folder(earlier);
        let before = state(folder.path());
        install(folder.path()).apply().expect(case);
        assert!(runs(&folder.path().join("pre-commit")), "{case}");
        let installed = state(folder.path());
        install(folder.path()).apply().expect(case);
        assert_eq!(state(folder.path()), installed, "{case}: twice is once");
        Plan::uninstall(folder.path()).expect(case).apply().expect(case);
        assert_eq!(state(folder.path()), before, "{case}");
    }
}

#[test]
fn killed_after_any_change_the_earlier_hook_is_in_force() {
    let cases: [Case; 2] = [("file", &program(0o755)), ("link", &link)];
    for (case, earlier) in cases {
        for (taking_out, done) in (0..=3).map(|done| (false, done)).chain((0..=2).map(|done| (true, done))) {
            let folder = folder(earlier);
            let [hook, kept] = ["pre-commit", "pre-commit.before-tightlip"].map(|name| folder.path().join(name));
            let before = state(folder.path());
            let earlier = before[0].1.clone();
            let mut plan = install(folder.path());
            if taking_out {
                plan.apply().expect(case);
                plan = Plan::uninstall(folder.path()).expect(case);
            }
            for prepared in plan.prepare().expect(case).into_iter().take(done) {
                prepared.run(folder.path()).expect(case);
            }
            let in_force = File::read(&hook).expect(case).expect("there is always a hook");
            let kept = File::read(&kept).expect(case);
            assert!(
                in_force == earlier || in_force.is_shim(HookKind::PreCommit) && kept.as_ref() == Some(&earlier),
                "{case}, {done} done"
            );

            install(folder.path()).apply().expect("the next run goes on");
            assert_eq!(changes(&install(folder.path())), [Change::Current, Change::Current], "{case}, {done} done");
            Plan::uninstall(folder.path()).expect(case).apply().expect(case);
            assert_eq!(state(folder.path()), before, "{case}, {done} done");
        }
    }
}

#[test]
fn a_half_done_install_is_taken_back() {
    let folder = folder(program(0o755));
    let before = state(folder.path());
    let keep = install(folder.path()).prepare().expect("room").remove(0);
    keep.run(folder.path()).expect("room");
    Plan::uninstall(folder.path()).expect("a plan").apply().expect("room");
    assert_eq!(state(folder.path()), before);
}

#[test]
fn a_hook_that_comes_while_the_shims_are_written_is_not_written_over() {
    let folder = folder(nothing);
    let (plan, other) = (install(folder.path()), install(folder.path()));
    program(0o755)(&folder.path().join("pre-commit"));
    let before = state(folder.path());
    assert!(matches!(plan.apply(), Err(Error::Apply { .. })));
    assert_eq!(state(folder.path()), before);

    fs::remove_file(folder.path().join("pre-commit")).expect("removed");
    install(folder.path()).apply().expect("room");
    let before = state(folder.path());
    other.apply().expect("another tightlip was faster");
    assert_eq!(state(folder.path()), before);
}

#[test]
fn what_somebody_put_in_our_place_is_left_alone_and_neither_hook_is_lost() {
    let folder = folder(program(0o755));
    install(folder.path()).apply().expect("room");
    fs::write(folder.path().join("pre-commit"), b"#!/bin/sh\necho another\n").expect("a file");
    let before = state(folder.path());
    assert!(matches!(Plan::install(folder.path(), None, &HookKind::ALL), Err(Error::TwoEarlier { .. })));
    let plan = Plan::uninstall(folder.path()).expect("a plan");
    assert_eq!(changes(&plan), [Change::Leave, Change::Remove]);
    plan.apply().expect("room");
    let after = state(folder.path());
    assert_eq!(after, before.into_iter().filter(|(name, _)| name.starts_with("pre-commit")).collect::<Vec<_>>());
}

#[test]
fn a_shim_of_a_later_version_is_neither_written_over_nor_taken_out() {
    let folder = folder(program(0o755));
    install(folder.path()).apply().expect("room");
    let hook = folder.path().join("pre-commit");
    let later = format!("shim {}\n", VERSION + 1);
    let text = fs::read_to_string(&hook).expect("a shim").replacen(&format!("shim {VERSION}\n"), &later, 1);
    fs::write(&hook, text).expect("a file");
    let pre_commit = || {
        let mut files = state(folder.path());
        files.retain(|(name, _)| name.starts_with("pre-commit"));
        files
    };
    let before = pre_commit();
    for (plan, others) in
        [(install(folder.path()), Change::Current), (Plan::uninstall(folder.path()).expect("a plan"), Change::Remove)]
    {
        assert_eq!(changes(&plan), [Change::LeaveNewer, others]);
        plan.apply().expect("room");
        assert!(pre_commit() == before, "{others:?}");
    }
}

#[test]
fn a_shim_that_git_cannot_run_or_that_looks_elsewhere_is_written_anew() {
    let folder = folder(nothing);
    Plan::install(folder.path(), None, &HookKind::ALL).expect("a plan").apply().expect("room");
    let merge = folder.path().join("pre-merge-commit");
    install(folder.path()).apply().expect("room");
    fs::set_permissions(&merge, fs::Permissions::from_mode(0o644)).expect("a mode");
    let plan = install(folder.path());
    assert_eq!(changes(&plan), [Change::Current, Change::Renew]);
    plan.apply().expect("room");
    assert!(runs(&merge));
}

#[test]
fn a_failure_that_can_be_foreseen_changes_nothing() {
    let folder = folder(program(0o755));
    fs::create_dir(folder.path().join("pre-merge-commit")).expect("a folder");
    assert!(matches!(Plan::install(folder.path(), None, &HookKind::ALL), Err(Error::Strange { .. })));
    assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 2);

    // A file where the folder would have to be: no mode keeps root from writing.
    let below = folder.path().join("pre-commit/hooks");
    let failed = Plan::install(&below, None, &HookKind::ALL).and_then(|plan| plan.apply());
    assert!(matches!(failed, Err(Error::Read { .. } | Error::Prepare { .. })), "{failed:?}");
    assert_eq!(fs::read(folder.path().join("pre-commit")).expect("a file"), EARLIER);
}

#[test]
fn a_missing_folder_is_made_for_a_change_only() {
    let parent = tempfile::tempdir().expect("a temporary folder");
    let hooks = parent.path().join("git/hooks");
    Plan::uninstall(&hooks).expect("a plan").apply().expect("nothing to do");
    assert!(!hooks.exists());
    install(&hooks).apply().expect("room");
    assert!(runs(&hooks.join("pre-commit")));
}

#[test]
fn a_folder_is_shared_if_it_is_in_the_work_tree_and_not_in_its_git_folder() {
    let root = tempfile::tempdir().expect("a temporary folder");
    let work = root.path().join("work");
    fs::create_dir_all(work.join(".git")).expect("folders");
    fs::create_dir_all(work.join("tracked")).expect("folders");
    symlink("../tracked", work.join(".git/linked")).expect("a link");
    for (folder, ignored) in [("husky/_", "*"), ("crlf", "# all\r\n*\r\n"), ("some", "*.log\n"), ("but", "*\n!pre-*\n")]
    {
        fs::create_dir_all(work.join(folder)).expect("folders");
        fs::write(work.join(folder).join(".gitignore"), ignored).expect("a file");
    }
    for (shared, hooks) in [
        (true, work.join(".githooks")),
        (true, work.clone()),
        (true, work.join(".git/linked")),
        (false, work.join(".git/hooks")),
        (false, work.join("husky/_")),
        (false, work.join("husky/_/below")),
        (false, work.join("crlf")),
        (true, work.join("husky")),
        (true, work.join("some")),
        (true, work.join("but")),
        (false, root.path().join("hooks")),
        (false, root.path().join("work-hooks")),
    ] {
        assert_eq!(is_shared(&hooks, &work), shared, "{}", hooks.display());
    }
}

#[test]
fn a_name_cannot_rewrite_the_terminal() {
    assert_eq!(shown(Path::new("it's/\u{1b}[2J\n")), "it's/\\u{1b}[2J\\n");
}
