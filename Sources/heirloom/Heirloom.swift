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
        heirloom boot --root build/i386root &
        heirloom exec -- sh
        heirloom modinfo getpid2.so
        heirloom new-module mine --override openat
      """,
    version: "heirloom 0.1.0",
    subcommands: [Run.self, Boot.self, BrandCommand.self],
    groupedSubcommands: [
      CommandGroup(name: "Modules", subcommands: [ModInfo.self, NewModule.self, CheckModule.self, SDK.self]),
      CommandGroup(
        name: "A Running Kernel",
        subcommands: [
          Exec.self, Ps.self, InsMod.self, RmMod.self, Reload.self, LsMod.self, Dmesg.self, Tables.self, Explain.self,
          Trace.self, Top.self, Attach.self, Detach.self, Stats.self, ShutdownCommand.self,
        ]),
    ])

  static func main() {
    let words = RunWords.prepared(Host.words)
    if !ShortWay.run(words) { main(words) }
  }
}
