import Glibc

/// `make bench`: ratios in one run, interleaved, medians with their range. Each benchmark writes a page of its own.
@main
enum Bench {
  private static let benchmarks: [any Benchmark.Type] = [
    Table1.self, SystemCalls.self, ManyTables.self, StartUp.self, Processes.self, Compute.self, Modules.self,
  ]

  static func main() {
    guard CommandLine.arguments.count >= 3 else { fail("usage: heirloom-bench BUILD-FOLDER OUTPUT-FOLDER [NAME…]") }
    let output = CommandLine.arguments[2]
    let asked = CommandLine.arguments.dropFirst(3)
    if let unknown = asked.first(where: { name in !benchmarks.contains { $0.name == name } }) {
      fail("\(unknown): no such benchmark; there are \(benchmarks.map { $0.name }.joined(separator: ", "))")
    }
    let setting = Setting(
      build: CommandLine.arguments[1], rounds: rounds(), withQemu: Command("qemu-i386", "--version").run().exitCode == 0,
      progress: Progress())

    for kind in benchmarks where asked.isEmpty || asked.contains(kind.name) {
      let benchmark = kind.init(setting)
      var report = Report(folder: output, name: kind.name, progress: setting.progress)
      setting.progress.start(kind.name, steps: benchmark.steps)
      benchmark.measure(into: &report)
      report.write()
    }
  }

  /// BENCH_ROUNDS=1 gives a quick look.
  private static func rounds() -> Int {
    guard let text = getenv("BENCH_ROUNDS") else { return 7 }
    guard let rounds = Int(String(cString: text)), rounds > 0 else {
      fail("BENCH_ROUNDS=\(String(cString: text)): a number above 0 is wanted")
    }
    return rounds
  }
}
