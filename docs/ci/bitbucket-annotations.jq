# Converts staticgo's JSON to the annotations of a Code Insights report: at most 100, the most severe first.
.limits.new as $limited
| [
  .findings[]
  | select((.new or ($limited | not)) and .severity != "note")
  | {
      external_id: .fingerprint[0:450],
      annotation_type: "BUG",
      summary: .message[0:450],
      details: ([.label] + [.chain[] | "\(.file):\(.line):\(.column) \(.text)"] + [.help] | join("\n"))[0:2000],
      severity: (if .severity == "error" then "HIGH" else "MEDIUM" end),
      path: .file,
      line: .line
    }
]
| sort_by(if .severity == "HIGH" then 0 else 1 end)
| .[0:100]
