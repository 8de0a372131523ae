import Glibc
import HeirloomControl

/// What a system call costs, against the same machine's x86-64 `syscall`.
struct SystemCalls: Benchmark {
  static let name = "calls"
  let setting: Setting
  private var rounds: Int { setting.rounds }
  var steps: Int { rounds }

  init(_ setting: Setting) { self.setting = setting }

  private static let getppid = "64", getpid = "20", lseek = "19", count = "4000000"

  private func guest(_ options: [String], _ number: String, by heirloom: String? = nil) -> Command {
    setting.guest(["\(setting.build)/bench/calls", number, Self.count], options, by: heirloom)
  }

  /// How much is counted of the calls of a running kernel's table, and what one of them takes then.
  private static let counting = ["off", "counters", "latency"]

  private func measureCounting() -> [Samples] {
    let kernel = "bench-counting"
    let build = setting.build
    func ask(_ words: String...) -> Command { Command(words: [setting.heirloom] + words) }
    _ = Command("sh", "-c", "\(setting.heirloom) boot --name \(kernel) --no-plugins --quiet >/dev/null 2>&1 &").output()
    while (try? KernelConnection.open(kernel)) == nil { usleep(10_000) }
    defer { _ = ask("shutdown", "--kernel", kernel).run() }
    _ = ask("insmod", "--kernel", kernel, "\(build)/plugins/getpid2.so").output()
    var times = Array(repeating: Samples(), count: Self.counting.count)
    for _ in 1...rounds {
      for (index, level) in Self.counting.enumerated() {
        _ = ask("tables", "--kernel", kernel, "vector_1", "--count", level).output()
        times[index].add(ask("exec", "--kernel", kernel, "--table", "vector_1", "--", "\(build)/bench/calls", Self.getpid, Self.count).number())
      }
    }
    return times
  }

  func measure(into report: inout Report) {
    let build = setting.build
    let native = Command("\(build)/bench/calls64", "110", "1000000") // getppid on x86-64
    let rows: [(name: String, goal: Double?, command: Command)] = [
      ("getppid, no table", 0.10, guest([], Self.getppid)),
      ("getppid, table selected, call not overridden", nil, guest(setting.module("plugins/getpid2"), Self.getppid)),
      ("getppid, built without tables", nil, guest([], Self.getppid, by: setting.heirloomWithoutTables)),
      ("getpid, overridden by a C module", 0.20, guest(setting.module("plugins/getpid2"), Self.getpid)),
      ("lseek, overridden by a C handler of 3 arguments", 0.40, guest(setting.module("bench/noop3"), Self.lseek)),
    ]
    let others: [(name: String, command: Command)] = [
      ("native i386, `int $0x80`", Command("\(build)/bench/calls", Self.getppid, "200000")),
      ("qemu-i386", Command("qemu-i386", "\(build)/bench/calls", Self.getppid, "500000")),
    ].filter { $0.1.run().exitCode == 0 }

    var nativeTimes = Samples()
    var times = Array(repeating: Samples(), count: rows.count)
    var otherTimes = Array(repeating: Samples(), count: others.count)
    for round in 1...rounds {
      setting.progress.step("round \(round)")
      nativeTimes.add(native.number())
      for (index, row) in rows.enumerated() { times[index].add(row.command.number()) }
      for (index, other) in others.enumerated() { otherTimes[index].add(other.command.number()) }
    }

    report.title(
      "System calls",
      """
      Time of one call over that of a native x86-64 `syscall` getppid (\(nativeTimes.median.text(0)) ns here): medians of \(rounds) rounds that
      take turns, with the lowest and the highest. A figure is the fastest of 100 batches.
      """)
    var lines: [[String]] = []
    for (row, samples) in zip(rows, times) {
      let ratio = samples.over(nativeTimes)
      lines.append([row.name, ratio.median.text(3), ratio.range(3), row.goal.map { "≤ \($0.text(2))" } ?? ""])
    }
    let cost = times[1].minus(times[2]).over(nativeTimes)
    lines.append(["what tables cost where nothing is overridden", cost.median.text(3), cost.range(3), "≤ 0.01"])
    for (other, samples) in zip(others, otherTimes) {
      let ratio = samples.over(nativeTimes)
      lines.append([other.name, ratio.median.text(3), ratio.range(3), ""])
    }
    report.table(["getppid and others", "ratio", "range", "goal"], lines)
    let counted = measureCounting()
    report.table(
      ["getpid, overridden by a C module", "ns more than uncounted", "range", "goal"],
      [("calls and errors are counted", 1, "≤ 3"), ("and timed", 2, "")].map { name, index, goal in
        let more = counted[index].minus(counted[0])
        return [name, more.median.text(1), more.range(1), goal]
      })
  }
}
