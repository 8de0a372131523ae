/// How long a short program takes from start to exit, and where that goes.
struct StartUp: Benchmark {
  static let name = "startup"
  let setting: Setting
  private let rows: [(name: String, command: Command)]
  private var rounds: Int { setting.rounds * 5 }
  var steps: Int { rounds }

  init(_ setting: Setting) {
    self.setting = setting
    let heirloom = setting.heirloom
    let busybox = setting.busybox
    rows = [
      ("native busybox true", Command(busybox, "true")),
      ("heirloom --version: loading, the Swift runtime, the command line", Command(heirloom, "--version")),
      ("a guest that only exits: also a kernel, an address space, execve", Command(heirloom, "run", "--", "\(setting.build)/bench/nothing")),
      ("busybox true: also the translation of what it runs (goal ≤ 6 ms)", Command(heirloom, "run", "--", busybox, "true")),
      ("the same, with a module and a table",
        setting.guest([busybox, "true"], setting.module("plugins/getpid2"))),
    ]
  }

  func measure(into report: inout Report) {
    var times = Array(repeating: Samples(), count: rows.count)
    var cpu = times
    for round in 1...rounds {
      setting.progress.step("round \(round)")
      for (index, row) in rows.enumerated() {
        let result = row.command.run()
        guard result.exitCode == 0 else { fail("\(row.command.words.joined(separator: " ")): exit \(result.exitCode)") }
        times[index].add(result.milliseconds)
        cpu[index].add(result.cpu)
      }
    }
    report.title(
      "Start to exit",
      """
      Milliseconds from before the host's fork to the end known to the caller, and of processor time: medians of \(rounds)
      rounds that take turns, with the lowest and the highest.
      """)
    report.table(
      ["", "median", "range", "processor"],
      rows.indices.map { [rows[$0].name, times[$0].median.text(1), times[$0].range(1), cpu[$0].median.text(1)] })
  }
}
