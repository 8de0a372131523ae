import Glibc

/// `make bench`: ratios in one run, interleaved, medians with their range.
@main
enum Bench {
  static func main() {
    guard CommandLine.arguments.count == 3 else { fail("usage: heirloom-bench BUILD-FOLDER OUTPUT.md") }
    let build = CommandLine.arguments[1]
    /// BENCH_ROUNDS=1 gives a quick look.
    let rounds = getenv("BENCH_ROUNDS").flatMap { Int(String(cString: $0)) } ?? 7
    let withQemu = Command("qemu-i386", "--version").run().exitCode == 0

    var report = Report()
    report.line("# Heirloom, measured")
    report.line()
    report.line("Written by `make bench` on \(processor()). Each row is the median of \(rounds) rounds that take turns, with the")
    report.line("lowest and the highest beside it.")
    report.line()
    StartUp(build: build, rounds: rounds * 5).measure(into: &report)
    SystemCalls(build: build, rounds: rounds).measure(into: &report)
    Compute(build: build, rounds: max(1, rounds / 2), withQemu: withQemu).measure(into: &report)
    report.write(to: CommandLine.arguments[2])
  }

  private static func processor() -> String {
    let line = Command("grep", "-m1", "model name", "/proc/cpuinfo").run().output
    return line.split(separator: ":").last.map { $0.filter { $0 != "\n" }.drop { $0 == " " } }.map(String.init)
      ?? "an unknown processor"
  }
}
