#!/bin/sh
# Builds tightlip, puts it on the PATH, protects a repository, and shows one commit being blocked.
# Needs git and a Rust toolchain. Everything that can be foreseen is checked before anything is built or written.

set -eu

usage() {
    printf '%s\n' \
        'Usage: install.sh [--prefix DIR] [REPOSITORY]' \
        '' \
        'Builds tightlip, puts it into DIR/bin (~/.local/bin without --prefix), runs' \
        '`tightlip install` in REPOSITORY (without one, in the repository of the current' \
        'folder), and shows one commit being blocked in a throwaway repository.' \
        '' \
        'Exit codes: 0 done, 2 not done.'
}

fail() {
    printf 'install.sh: %s\n' "$1" >&2
    shift
    for line in "$@"; do
        printf '  %s\n' "$line" >&2
    done
    exit 2
}

say() {
    printf '\n== %s\n' "$1"
}

prefix=
repository=
while [ $# -gt 0 ]; do
    case $1 in
    -h | --help)
        usage
        exit 0
        ;;
    --prefix)
        [ -n "${2:-}" ] || fail '--prefix needs a folder' 'For example: ./install.sh --prefix ~/.local'
        prefix=$2
        shift
        ;;
    --prefix=?*) prefix=${1#--prefix=} ;;
    -*) fail "unknown option $1" 'See ./install.sh --help' ;;
    *)
        [ -z "$repository" ] || fail 'takes one repository at most' 'For the others, run: tightlip install'
        repository=$1
        ;;
    esac
    shift
done

# What is missing on this machine?

source=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)

command -v git >/dev/null 2>&1 ||
    fail 'git is not on PATH; nothing was done' 'Install git, and run this again.'

if ! command -v cargo >/dev/null 2>&1; then
    # rustup was run, but not yet a new shell.
    PATH=${CARGO_HOME:-${HOME:-}/.cargo}/bin:$PATH
    command -v cargo >/dev/null 2>&1 ||
        fail 'cargo is not on PATH; nothing was done' \
            'Install a Rust toolchain (https://rustup.rs, or your distribution), and run this again.'
fi

if [ -z "$prefix" ]; then
    [ -n "${HOME:-}" ] || fail 'HOME is not set; nothing was done' 'Say where to install: --prefix DIR'
    prefix=$HOME/.local
fi
case $prefix in
/*) ;;
*) prefix=$PWD/$prefix ;;
esac
bin=$prefix/bin

# The nearest folder that exists decides whether the others can be made.
existing=$bin
while [ ! -e "$existing" ] && [ ! -L "$existing" ]; do
    existing=$(dirname -- "$existing")
done
[ -d "$existing" ] ||
    fail "cannot install into $bin: $existing is not a folder; nothing was done" 'Choose another place: --prefix DIR'
[ -w "$existing" ] && [ -x "$existing" ] ||
    fail "cannot install into $bin: $existing is not writable; nothing was done" 'Choose another place: --prefix DIR'
[ ! -d "$bin/tightlip" ] ||
    fail "cannot install into $bin: $bin/tightlip is a folder; nothing was done" 'Choose another place: --prefix DIR'

# In a hook or an alias of git's, these would name another repository than the folder does.
# shellcheck disable=SC2046
unset $(git rev-parse --local-env-vars)

# Without a work tree there is nothing to protect; the top of the source is no one's clone to protect by accident.
if [ -n "$repository" ]; then
    top=$(git -C "$repository" rev-parse --show-toplevel 2>/dev/null) && [ -n "$top" ] ||
        fail "$repository is not in a git work tree; nothing was done" 'Name a clone: ./install.sh REPOSITORY'
    # Not what git prints: a name that ends in a newline would lose it.
    repository=$(CDPATH='' cd -- "$repository" && pwd)
else
    top=$(git rev-parse --show-toplevel 2>/dev/null) || top=
    if [ -z "$top" ]; then
        unprotected='the current folder is not in a git work tree'
    elif [ "$(CDPATH='' cd -- "$top" && pwd -P)" = "$(CDPATH='' cd -- "$source" && pwd -P)" ]; then
        unprotected="the current folder is tightlip's own source"
    else
        repository=$PWD
    fi
fi

# From here on something is written.

scratch=
unfinished=
cleanup() {
    [ -z "$unfinished" ] || rm -f -- "$unfinished"
    [ -z "$scratch" ] || rm -rf -- "$scratch"
}
trap cleanup EXIT
trap 'exit 2' HUP INT TERM

say 'Building tightlip'
# In the source, so that no toolchain or cargo configuration of the current folder's is taken.
(cd -- "$source" && cargo build --release --locked --target-dir "$source/target") ||
    fail 'the build failed; nothing was installed' 'The compiler says above what it lacks.'
built=$source/target/release/tightlip
[ -f "$built" ] ||
    fail "the build made no $built; nothing was installed" \
        'Is a build target configured for cargo? Unset CARGO_BUILD_TARGET, and run this again.'

say "Installing into $bin"
mkdir -p -- "$bin" || fail "cannot make $bin; nothing was installed" 'Choose another place: --prefix DIR'
unfinished=$bin/.tightlip.$$
cp -- "$built" "$unfinished" && chmod 755 "$unfinished" && mv -f -- "$unfinished" "$bin/tightlip" ||
    fail "cannot write $bin/tightlip; what was there is unchanged" 'Is the disk full? Or choose another place: --prefix DIR'
unfinished=
tightlip=$bin/tightlip
"$tightlip" --version || fail "$tightlip does not run"
case :$PATH: in
*:"$bin":*) ;;
*) printf '%s\n' "$bin is not on your PATH. Hooks find tightlip all the same; to call it by name, add this to your profile:" \
    "  export PATH=\"$bin:\$PATH\"" ;;
esac

if [ -n "$repository" ]; then
    say "Protecting $repository"
    (cd -- "$repository" && "$tightlip" install) ||
        fail "tightlip is installed, but $repository is not protected" "Mend what is said above, and run there: tightlip install"
else
    say 'Protecting no repository yet'
    printf '%s\n' "None was named, and $unprotected. In each clone that you want to protect, run:" '  tightlip install'
fi

say 'What a block looks like (in a throwaway repository)'
scratch=$(mktemp -d) || fail 'cannot make a temporary folder, so the demonstration was left out' 'Is the disk full?'

# Whether a commit that adds a key is refused, for a finding (1) and not for a fault (2), and is not there afterwards.
demonstrate() (
    # Nobody's identity, signing, templates or hooks folder.
    HOME=$scratch XDG_CONFIG_HOME=$scratch GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null GIT_CONFIG_NOSYSTEM=1
    export HOME XDG_CONFIG_HOME GIT_CONFIG_GLOBAL GIT_CONFIG_SYSTEM GIT_CONFIG_NOSYSTEM
    unset GIT_TEMPLATE_DIR TIGHTLIP_BYPASS
    git init -q "$scratch/demo" && cd -- "$scratch/demo" || exit
    git config user.name demo && git config user.email demo@example.com && "$tightlip" install >/dev/null || exit
    # Put together here, so that no file of ours holds one.
    printf 'stripe.api_key = "sk_%s_%s%s"\n' live 9fQ2mXv7Lk4T bW8rZc3Ny6Hd >payments.py && git add payments.py || exit
    printf '%s\n' '$ git commit -m "Take payments"'
    committed=0
    git commit -m 'Take payments' || committed=$?
    scanned=0
    "$tightlip" scan --staged >/dev/null 2>&1 || scanned=$?
    [ "$committed" -eq 1 ] && [ "$scanned" -eq 1 ] && ! git rev-parse -q --verify HEAD >/dev/null
)

demonstrate || fail 'the commit was not blocked as it should have been: do not rely on this build' \
    "tightlip was installed as $tightlip; please report what is shown above."

say 'Done: the commit was blocked'
