import Bytes
package import Diagnostics
import Recipes

extension RuleID {
  package static let recipePlatform = RuleID("recipe-platform")
}

extension Rule {
  package static let recipePlatform = Rule(
    .recipePlatform, .error, phase: .recipe, isAllowable: true,
    summary: "GOARCH is fixed in an image that is built for several platforms",
    why: """
      The image of each platform gets the program of one architecture. On the others the container stops with "exec format
      error". An ARG with a default is fixed too: ARG TARGETARCH=amd64 hides the value that the builder sets.
      """,
    fix: [
      "Declare `ARG TARGETARCH` without a default, and build with `GOARCH=$TARGETARCH`.",
      "Or build the image for one platform.",
    ],
    examples: [
      Example(
        title: "an image for two architectures with a program for one",
        archive: """
          1 staticgo check --all --build none
          -- go.mod --
          module example.com/app
          go 1.21
          -- main.go --
          package main
          func main() {}
          -- Dockerfile --
          FROM golang:1.22 AS build
          COPY . /src
          WORKDIR /src
          RUN CGO_ENABLED=0 GOARCH=amd64 go build -o /app . # // HERE
          FROM scratch
          COPY --from=build /app /app
          -- .github/workflows/image.yml --
          on: push
          jobs:
            image:
              runs-on: ubuntu-latest
              steps:
                - uses: docker/build-push-action@v6
                  with:
                    platforms: linux/amd64,linux/arm64
          """),
      Example(
        title: "the architecture of the image",
        archive: """
          staticgo check --all --build none
          -- go.mod --
          module example.com/app
          go 1.21
          -- main.go --
          package main
          func main() {}
          -- Dockerfile --
          FROM golang:1.22 AS build
          ARG TARGETARCH
          COPY . /src
          WORKDIR /src
          RUN CGO_ENABLED=0 GOARCH=$TARGETARCH go build -o /app .
          FROM scratch
          COPY --from=build /app /app
          -- .github/workflows/image.yml --
          on: push
          jobs:
            image:
              runs-on: ubuntu-latest
              steps:
                - uses: docker/build-push-action@v6
                  with:
                    platforms: linux/amd64,linux/arm64
          """),
    ])
}

extension RecipeSubject {
  /// The finding about a fixed architecture in an image for several; nil where no file builds the image for another one.
  func platform(_ recipe: Recipe, in file: RecipeFile, _ all: () -> [RecipeFile]) -> Finding? {
    guard let architecture = recipe.architecture, recipe.runtime != nil, let line = recipe.architectureLine else {
      return nil
    }
    for publisher in all() {
      for image in publisher.images where image.dockerfile == file.path && image.platforms.count > 1 {
        let others = image.platforms.filter {
          $0.split(separator: "/").dropFirst().first.map(String.init) != architecture
        }
        guard let other = others.first else { continue }
        var finding = finding(
          .recipePlatform, .error, file, line: line, about: analysis.main.text,
          "does not start on \(other): its image has the program for \(architecture)",
          label: "GOARCH is \(architecture) on every platform",
          help: ["declare ARG TARGETARCH without a default, and build with GOARCH=$TARGETARCH"])
        finding.related = [
          RelatedLocation(
            location: Self.place(publisher, image.line),
            message: "the image is built for \(image.platforms.joined(separator: ", "))")
        ]
        return finding
      }
    }
    return nil
  }
}
