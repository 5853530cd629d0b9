@rem The npm scripts say `exec` so that signals reach node; cmd.exe, which has no such word, finds this.
@%*
