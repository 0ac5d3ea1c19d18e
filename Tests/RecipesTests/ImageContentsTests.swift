import Bytes
import Testing

@testable import RecipeFiles
@testable import Recipes

@Suite struct ImageContentsTests {
  @Test(
    "the parts that the last image of a Dockerfile is known to lack",
    arguments: [
      ("FROM scratch\n", "roots zoneinfo user tmp program"), ("FROM alpine:3.20\n", "zoneinfo"),
      ("FROM alpine\nRUN apk add --no-cache tzdata\n", ""), ("FROM alpine\nRUN apk add git\n", ""),
      ("FROM alpine\nRUN true\n", ""), ("FROM debian:12-slim\n", "roots"), ("FROM ubuntu:24.04\n", "roots zoneinfo"),
      ("FROM gcr.io/distroless/static:nonroot\n", "program"), ("FROM gcr.io/distroless/static:debug\n", ""),
      ("FROM gcr.io/distroless/base-nossl\n", "program"), ("FROM cgr.dev/chainguard/static\n", "program"),
      ("FROM example.com/own/base\n", ""),
      (
        "FROM scratch\nCOPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/\n",
        "zoneinfo user tmp program"
      ),
      ("FROM scratch\nCOPY --from=build /usr/share/zoneinfo /usr/share/zoneinfo\n", "roots user tmp program"),
      ("FROM scratch\nCOPY --from=build /etc/passwd /etc/\nVOLUME /tmp\n", "roots zoneinfo program"),
      ("FROM scratch\nCOPY zoneinfo.zip /\nENV ZONEINFO=/zoneinfo.zip\n", "roots user tmp program"),
      ("FROM scratch\nWORKDIR /tmp\n", "roots zoneinfo user program"), ("FROM scratch\nCOPY rootfs /\n", ""),
      ("FROM scratch\nADD rootfs.tar.gz /\n", ""), ("FROM scratch\nCOPY --from=build / /\n", ""),
      ("FROM scratch\nENV USER=app HOME=/\n", "roots zoneinfo tmp program"),
      ("FROM scratch\nCOPY --from=build /app /usr/local/bin/app\n", "roots zoneinfo user tmp program"),
      ("FROM scratch\nCOPY --from=build /app /bin/app\n", "roots zoneinfo user tmp"),
      ("FROM scratch\nCOPY app.conf /etc/app.conf\n", "roots zoneinfo user tmp program"),
      ("FROM scratch\nCOPY etc /etc\n", "tmp program"),
    ])
  func missing(_ text: String, _ expected: String) throws {
    let build = "FROM golang:1.22 AS build\nCOPY . /src\nWORKDIR /src\nRUN go build -o /x ./cmd/x\n"
    let file = try #require(
      RecipeFile.read("Dockerfile", Array((build + text + "COPY --from=build /x /x\n").utf8)) { _ in nil })
    let contents = try #require(file.recipes.first?.runtime).image.contents
    #expect(contents.missing.map(\.rawValue).joined(separator: " ") == expected)
  }
}
