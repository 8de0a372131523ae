/// How long a short program takes from start to exit, and where that goes.
struct StartUp {
  let build: String
  let rounds: Int

  func measure(into report: inout Report) {
    let heirloom = "\(build)/bin/heirloom"
    let busybox = "\(build)/i386/bin/busybox"
    let rows: [(name: String, command: Command)] = [
      ("native busybox true", Command(busybox, "true")),
      ("heirloom --version: loading, the Swift runtime, the command line", Command(heirloom, "--version")),
      ("a guest that only exits: also a kernel, an address space, execve", Command(heirloom, "run", "--", "\(build)/bench/nothing")),
      ("busybox true: also the translation of what it runs (goal ≤ 15 ms)", Command(heirloom, "run", "--", busybox, "true")),
      ("the same, with a module and a table",
        Command(heirloom, "run", "--module", "\(build)/plugins/getpid2.so", "--table", "vector_1", "--", busybox, "true")),
    ]
    var times = Array(repeating: Samples(), count: rows.count)
    var cpu = times
    for _ in 0..<rounds {
      for (index, row) in rows.enumerated() {
        let result = row.command.run()
        guard result.exitCode == 0 else { fail("\(row.command.words.joined(separator: " ")): exit \(result.exitCode)") }
        times[index].add(result.milliseconds)
        cpu[index].add(result.cpu)
      }
    }
    report.line("## Start to exit")
    report.line()
    report.line("Milliseconds from before the host's fork to the end known to the caller, and of processor time.")
    report.line()
    report.table(
      ["", "median", "range", "processor"],
      rows.indices.map { [rows[$0].name, times[$0].median.text(1), times[$0].range(1), cpu[$0].median.text(1)] })
  }
}
