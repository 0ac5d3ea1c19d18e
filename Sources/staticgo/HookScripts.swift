// The scripts in hooks/ as the program carries them; a test compares the two.

/// hooks/pre-commit, for merges too.
let commitHookScript = """
  #!/bin/sh
  # staticgo: stops a commit after which a Go program could not be linked statically any more.
  # `staticgo hook install` writes this file; a hook that stood here before runs first.
  program=staticgo
  before="$0.before-staticgo"
  if [ -x "$before" ]; then
    "$before" "$@" || exit $?
  fi
  if ! command -v "$program" >/dev/null 2>&1; then
    echo "staticgo: $program cannot be found, so this commit was not judged." >&2
    echo "Install it, or commit with --no-verify." >&2
    exit 3
  fi
  exec "$program" check --staged

  """

/// hooks/pre-push.
let pushHookScript = """
  #!/bin/sh
  # staticgo: stops a push after which a Go program could not be linked statically any more.
  # `staticgo hook install --pre-push` writes this file; a hook that stood here before runs first.
  program=staticgo
  before="$0.before-staticgo"
  refs=$(cat)
  if [ -x "$before" ]; then
    printf '%s\\n' "$refs" | "$before" "$@" || exit $?
  fi
  if ! command -v "$program" >/dev/null 2>&1; then
    echo "staticgo: $program cannot be found, so this push was not judged." >&2
    echo "Install it, or push with --no-verify." >&2
    exit 3
  fi
  status=0
  while read -r _ ours _ theirs; do
    # Nothing but zeros stands for a branch that is not there: this one is deleted.
    case $ours in *[!0]*) ;; *) continue ;; esac
    case $theirs in *[!0]*) from=$theirs ;; *) from= ;; esac
    if [ -z "$from" ] || ! git cat-file -e "$from^{commit}" 2>/dev/null; then
      # What the remote has is not known here: the first commit that no branch of it had when it was fetched last.
      first=$(git rev-list --topo-order --reverse "$ours" --not --remotes="$1" | head -n 1)
      if [ -z "$first" ]; then continue; fi
      from=$(git rev-parse --quiet --verify "$first^") || from=
    fi
    if [ -n "$from" ]; then
      "$program" check --from "$from" --to "$ours" --build link </dev/null
    else
      "$program" check --from "$ours" --to "$ours" --all --all-findings --build link </dev/null
    fi
    code=$?
    if [ "$code" -gt "$status" ]; then status=$code; fi
  done <<END
  $refs
  END
  exit "$status"

  """
