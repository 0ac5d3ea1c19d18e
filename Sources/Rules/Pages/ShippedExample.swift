extension Rule.Example {
  /// A main that makes one call, in the image that its Dockerfile builds from `base`, with one more line where `adding` has it.
  static func shipped(
    title: String, importing: String, calling: String, base: String = "scratch", adding: String? = nil
  ) -> Self {
    Self(
      title: title,
      archive: """
        staticgo check --all --build link
        -- go.mod --
        module example.com/app
        go 1.21
        -- main.go --
        package main
        \(importing)
        func main() { \(calling) }
        -- Dockerfile --
        FROM golang:1.22 AS build
        WORKDIR /src
        COPY . .
        RUN CGO_ENABLED=0 go build -o /app .
        FROM \(base)
        COPY --from=build /app /app
        \(adding.map { $0 + "\n" } ?? "")ENTRYPOINT ["/app"]
        """)
  }
}
