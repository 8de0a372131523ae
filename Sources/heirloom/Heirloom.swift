import ArgumentParser

@main
struct Heirloom: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run i386 Linux programs under system call tables that modules fill and children inherit.",
    discussion: """
      EXAMPLES
        heirloom run -- ./hello
        heirloom run --module getpid2.so --table vector_1 -- ./hello
        heirloom run --root build/i386root -- bash -c 'echo $$'
        heirloom modinfo getpid2.so
      """,
    version: "heirloom 0.1.0",
    subcommands: [Run.self, ModInfo.self])

  static func main() {
    main(RunWords.prepared(Array(CommandLine.arguments.dropFirst())))
  }
}
