// Copies of the scripts in hooks/; a test checks that they are the same.

/// The script hooks/pre-commit, also used for merges.
package let commitHookScript = """
  #!/bin/sh
  # staticgo: stops a commit if a Go program could no longer be linked statically after it.
  # `staticgo hook install` writes this file; a hook that was here before runs first.
  program=staticgo
  before="$0.before-staticgo"
  if [ -x "$before" ]; then
    "$before" "$@" || exit $?
  fi
  if ! command -v "$program" >/dev/null 2>&1; then
    echo "staticgo: cannot find $program, so this commit was not checked." >&2
    echo "Install it, commit with --no-verify, or remove this hook: $0" >&2
    exit 3
  fi
  exec "$program" check --staged

  """

/// The script hooks/pre-push.
package let pushHookScript = """
  #!/bin/sh
  # staticgo: stops a push if a Go program could no longer be linked statically after it.
  # `staticgo hook install --pre-push` writes this file; a hook that was here before runs first.
  program=staticgo
  before="$0.before-staticgo"
  refs=$(cat)
  if [ -x "$before" ]; then
    if [ -n "$refs" ]; then printf '%s\\n' "$refs"; fi | "$before" "$@" || exit $?
  fi
  if ! command -v "$program" >/dev/null 2>&1; then
    echo "staticgo: cannot find $program, so this push was not checked." >&2
    echo "Install it, push with --no-verify, or remove this hook: $0" >&2
    exit 3
  fi
  # git uses only this repository: no remote, no prompt.
  export GIT_NO_LAZY_FETCH=1 GIT_ALLOW_PROTOCOL= GIT_TERMINAL_PROMPT=0
  status=0
  while read -r _ ours _ theirs; do
    # Only zeros mean that the branch does not exist: here, it is deleted.
    case $ours in *[!0]*) ;; *) continue ;; esac
    case $theirs in *[!0]*) from=$theirs ;; *) from= ;; esac
    if [ -z "$from" ] || ! git merge-base "$from" "$ours" >/dev/null 2>&1; then
      # A new branch, or one without history in common with the remote's: start where it left the remote's branches.
      known=$(git rev-list --boundary "$ours" --not --remotes="$1" | sed -n 's/^-//p')
      if [ -n "$known" ]; then
        from=$(git merge-base --independent $known | head -n 1)
      elif [ -n "$(git rev-list --max-count=1 "$ours" --not --remotes="$1")" ]; then
        from=
      else
        continue
      fi
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
