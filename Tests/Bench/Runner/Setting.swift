import Glibc

/// What all benchmarks share: where the programs are, how often to measure, whom to tell.
struct Setting {
  /// The folder that the Makefile builds into.
  let build: String
  /// Rounds of a benchmark in which all its rows take turns; a benchmark of short rows takes a multiple.
  let rounds: Int
  let withQemu: Bool
  let progress: Progress

  var heirloom: String { "\(build)/bin/heirloom" }
  var heirloomWithoutTables: String { "\(build)/bench/heirloom-notables" }
  var busybox: String { "\(build)/i386/bin/busybox" }

  /// A guest program under Heirloom.
  /// - Parameter options: of `heirloom run`.
  func guest(_ program: [String], _ options: [String] = [], by heirloom: String? = nil) -> Command {
    Command(words: [heirloom ?? self.heirloom, "run"] + options + ["--"] + program)
  }

  /// The options that load a module and select its table, `vector_1`.
  /// - Parameter name: its path below the build folder, without ".so".
  func module(_ name: String) -> [String] { ["--module", "\(build)/\(name).so", "--table", "vector_1"] }
}

/// One page of docs/benchmarks.
protocol Benchmark: SendableMetatype {
  /// What it is asked for by, and its page's name.
  static var name: String { get }
  init(_ setting: Setting)
  /// How many times it tells the progress that it goes on.
  var steps: Int { get }
  func measure(into report: inout Report)
}
