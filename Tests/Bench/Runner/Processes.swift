/// What processes, memory, changing code and signals cost, against native i386.
struct Processes: Benchmark {
  static let name = "processes"
  let setting: Setting
  private let rows: [Row]
  private var rounds: Int { max(1, setting.rounds / 2) }
  var steps: Int { rounds + 1 }

  private struct Row {
    let name: String
    let goal: Double
    /// What the guest program is asked for, how often it does it, and the program that it executes.
    let words: [String]
  }

  init(_ setting: Setting) {
    self.setting = setting
    let tree = "\(setting.build)/i386root"
    let libraries = "\(tree)/lib/i386-linux-gnu:\(tree)/usr/lib/i386-linux-gnu"
    rows = [
      Row(name: "fork and exit", goal: 1.5, words: ["fork", "200"]),
      Row(name: "the same with 64 MiB written before", goal: 1, words: ["fork-dirty", "30"]),
      Row(name: "the same, the first fork after the writing", goal: 1, words: ["fork-first", "5"]),
      Row(name: "a page that a fork shares, written to", goal: 2, words: ["touch", "20"]),
      Row(name: "vfork and exit", goal: 1.5, words: ["vfork", "200"]),
      Row(name: "fork, exec and exit of static busybox true", goal: 1.2, words: ["exec", "100", setting.busybox, "true"]),
      Row(
        name: "fork, exec and exit of dynamic true", goal: 1.3,
        words: ["exec", "100", "\(tree)/lib/ld-linux.so.2", "--library-path", libraries, "\(tree)/bin/true"]),
      Row(name: "a thread made and joined", goal: 1.5, words: ["thread", "300"]),
      Row(name: "sigaction", goal: 1, words: ["install", "20"]),
      Row(name: "a signal sent and caught", goal: 1, words: ["catch", "20"]),
    ]
  }

  func measure(into report: inout Report) {
    let heirloomRun = [setting.heirloom, "run", "--"]
    var native = Array(repeating: Samples(), count: rows.count), heirloom = native
    var rewritten = Samples()
    for round in 1...rounds {
      setting.progress.step("round \(round)")
      for (index, row) in rows.enumerated() {
        inTurns(
          round, { native[index].add(nanoseconds([], row.words)) },
          { heirloom[index].add(nanoseconds(heirloomRun, row.words)) })
      }
      rewritten.add(nanoseconds(heirloomRun, ["rewrite", "20"]))
    }
    report.title(
      "Processes",
      """
      Time over native i386's, from the guest's own clock: medians of \(rounds) rounds that take turns, with the lowest and the
      highest.
      """)
    report.table(
      ["", "ratio", "range", "goal", "native, µs", "Heirloom, µs"],
      rows.indices.map { index in
        let ratio = heirloom[index].over(native[index])
        return [
          rows[index].name, ratio.median.text(2), ratio.range(2), "≤ \(rows[index].goal.text(1))",
          (native[index].median / 1000).text(1), (heirloom[index].median / 1000).text(1),
        ]
      })
    report.line("Code that is written and run at once: \((rewritten.median / 1000).text(1)) µs each time (goal ≤ 10).")
    report.line()
    setting.progress.step("memory")
    memory(into: &report, heirloomRun)
  }

  private func nanoseconds(_ prefix: [String], _ words: [String]) -> Double {
    let output = Command(words: prefix + ["\(setting.build)/bench/processes"] + words).output()
    guard let value = Double(output.filter { $0 != "\n" }) else { fail("\(words[0]): '\(output)' is no number") }
    return value
  }

  // MARK: Memory

  private func memory(into report: inout Report, _ heirloom: [String]) {
    let count = 200.0
    func difference(_ what: String, _ prefix: [String]) -> Double {
      let (few, many) = (held(prefix, what, "1"), held(prefix, what, "201"))
      return Double(many - few) / count
    }
    report.line(
      """
      Memory for one process or thread more, of 200 that do nothing, in KiB: pages that are not a file's, and page tables; and
      what native i386 takes.
      """)
    report.line()
    report.table(
      ["", "Heirloom", "native", "more", "goal"],
      [("a process", "hold", 300.0), ("a thread", "threads", 100.0)].map { name, what, goal in
        let (own, native) = (difference(what, heirloom), difference(what, []))
        return [name, own.text(0), native.text(0), (own - native).text(0), "≤ \(goal.text(0))"]
      })
  }

  /// KiB that a program and its host children take while it waits, each page divided among those that share it. A file's
  /// pages are left out: who else shows them meanwhile changes them, and no process or thread adds any.
  private func held(_ prefix: [String], _ what: String, _ count: String) -> Int {
    let script = """
      exec 3< <(sleep 3 | "$@"); read -r line <&3; sum=0
      main=$(pgrep -n -P $! -x "${1##*/}"); for pid in $main $(pgrep -P $main); do
      sum=$((sum + $(awk '/^(Pss_Anon|Pss_Shmem|VmPTE):/ { sum += $2 } END { print sum }' /proc/$pid/{smaps_rollup,status}))); done
      echo $sum
      """
    let command = Command(words: ["bash", "-c", script, "bash"] + prefix + ["\(setting.build)/bench/processes", what, count])
    guard let value = Int(command.output().filter { $0 != "\n" }) else { fail("\(what): memory cannot be read") }
    return value
  }
}
