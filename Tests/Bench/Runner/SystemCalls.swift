/// What a system call costs, against the same machine's x86-64 `syscall`.
struct SystemCalls {
  let build: String
  let rounds: Int

  private static let getppid = "64", getpid = "20", lseek = "19", count = "4000000"

  /// - Parameter options: of `heirloom run`.
  private func guest(_ heirloom: String, _ options: [String], _ number: String) -> Command {
    Command(words: [heirloom, "run"] + options + ["--", "\(build)/bench/calls", number, Self.count])
  }

  func measure(into report: inout Report) {
    let heirloom = "\(build)/bin/heirloom"
    func modules(_ name: String) -> [String] { ["--module", "\(build)/\(name).so", "--table", "vector_1"] }
    let native = Command("\(build)/bench/calls64", "110", "1000000") // getppid on x86-64
    let rows: [(name: String, goal: Double?, command: Command)] = [
      ("getppid, no table", 0.10, guest(heirloom, [], Self.getppid)),
      ("getppid, table selected, call not overridden", nil, guest(heirloom, modules("plugins/getpid2"), Self.getppid)),
      ("getppid, built without tables", nil, guest("\(build)/bench/heirloom-notables", [], Self.getppid)),
      ("getpid, overridden by a C module", 0.20, guest(heirloom, modules("plugins/getpid2"), Self.getpid)),
      ("lseek, overridden by a C handler of 3 arguments", 0.40, guest(heirloom, modules("bench/noop3"), Self.lseek)),
    ]
    let others: [(name: String, command: Command)] = [
      ("native i386, `int $0x80`", Command("\(build)/bench/calls", Self.getppid, "200000")),
      ("qemu-i386", Command("qemu-i386", "\(build)/bench/calls", Self.getppid, "500000")),
    ].filter { $0.1.run().exitCode == 0 }

    var nativeTimes = Samples()
    var times = Array(repeating: Samples(), count: rows.count)
    var otherTimes = Array(repeating: Samples(), count: others.count)
    for _ in 0..<rounds {
      nativeTimes.add(nanoseconds(native))
      for (index, row) in rows.enumerated() { times[index].add(nanoseconds(row.command)) }
      for (index, other) in others.enumerated() { otherTimes[index].add(nanoseconds(other.command)) }
    }

    report.line("## System calls")
    report.line()
    report.line("Time of one call over that of a native x86-64 `syscall` getppid (\(nativeTimes.median.text(0)) ns here).")
    report.line()
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
  }

  private func nanoseconds(_ command: Command) -> Double {
    guard let value = Double(command.output().filter { !$0.isWhitespace }) else {
      fail("\(command.words.joined(separator: " ")): printed no time")
    }
    return value
  }
}
