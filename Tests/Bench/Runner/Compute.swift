/// CPU time over native i386's, of loops and of real programs.
struct Compute: Benchmark {
  static let name = "compute"
  private let rounds: Int
  private let loops: Loops
  private let programs: Programs
  var steps: Int { loops.steps + programs.steps }

  init(_ setting: Setting) {
    // Rows are long: of the usual seven rounds there are three, one for each layout of the loops.
    rounds = max(1, setting.rounds / 2)
    loops = Loops(setting, rounds: rounds)
    programs = Programs(setting, rounds: rounds)
  }

  func measure(into report: inout Report) {
    report.title(
      "Compute",
      """
      CPU time over native i386's: medians of \(rounds) rounds that take turns, with the lowest and the highest.
      """)
    let rows = loops.measure(into: &report) + programs.measure(into: &report)
    let worst = rows.max { $0.ratio < $1.ratio }!
    report.line(
      """
      Geometric mean of all \(rows.count) rows: **\(geometricMean(rows.map(\.ratio)).text(2))** (goal ≤ 1.10).
      Worst row: \(worst.name), \(worst.ratio.text(2)) (goal ≤ 1.40).
      """)
    report.line()
  }
}
