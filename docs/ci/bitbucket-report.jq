# Converts staticgo's JSON to a Code Insights report (developer.atlassian.com, api-group-reports).
.limits.new as $limited
| ([.findings[] | select((.new or ($limited | not)) and .severity != "note")]) as $new
| {
    title: "staticgo",
    details: "\($new | length) findings in \(.summary.affected) of \(.summary.mains) mains"[0:2000],
    report_type: "BUG",
    reporter: "staticgo",
    result: (if ([$new[] | select(.severity == "error")] + .errors) == [] then "PASSED" else "FAILED" end),
    data: [
      {title: "Mains", type: "NUMBER", value: .summary.mains},
      {title: "Affected", type: "NUMBER", value: .summary.affected},
      {title: "Not judged", type: "NUMBER", value: (.errors | length)}
    ]
  }
