import Foundation

/// Compares the machine with the real processor on random code.
public final class Fuzzer {
  private let native: NativeServer
  private let second: NativeServer
  private let machine: GuestMachine

  public struct Report {
    public var cases = 0
    /// Explained differences, by their reason.
    public var listed: [String: Int] = [:]
    /// Text of each difference that nothing explains.
    public var differences: [String] = []
    /// How the cases ended: by signal.
    public var ends: [UInt32: Int] = [:]
  }
  var batchNote = ""
  public private(set) var report = Report()

  public init() throws {
    native = try NativeServer(base: 0x0804_8000)
    second = try NativeServer(base: 0x6804_8000)
    machine = try GuestMachine()
  }

  /// Runs the cases from number `first` on.
  public func run(first: UInt64, count: Int) throws {
    let cases = (0..<UInt64(count)).map { Generator.makeCase(first &+ $0) }
    for start in stride(from: 0, to: count, by: Layout.cases) {
      try compare(Array(cases[start..<min(start + Layout.cases, count)]))
    }
  }

  private func compare(_ cases: [Case]) throws {
    var suspects: [Int] = []
    try native.begin(cases)
    var mine: [Output] = []
    mine.reserveCapacity(cases.count)
    try machine.run(cases, code: native.shared + Layout.codeAt) { _, output in mine.append(output) }
    let isWhole = try native.finish()
    for index in cases.indices {
      report.ends[mine[index].word(0), default: 0] += 1
      if !isWhole || mine[index] != native.output(index) { suspects.append(index) }
    }
    report.cases += cases.count
    let notes = getenv("FUZZ_DEBUG") == nil ? [:] : Dictionary(uniqueKeysWithValues: suspects.map { ($0, mine[$0].differences(from: native.output($0))) })
    for index in suspects { batchNote = notes[index] ?? ""; try judge(cases[index]) }
  }

  /// What the three make of one case, alone.
  private func outcomes(_ piece: Case) throws -> (mine: Output, native: Output?, second: Output?) {
    var results: [Output?] = []
    for server in [native, second] {
      try server.begin([piece])
      results.append(try server.finish() ? server.output(0) : nil)
    }
    try native.begin([piece])
    _ = try native.finish()
    var mine = Output(signal: 0)
    try machine.run([piece], code: native.shared + Layout.codeAt) { _, output in mine = output }
    return (mine, results[0], results[1])
  }

  private func differs(_ piece: Case) throws -> Bool {
    let (mine, native, second) = try outcomes(piece)
    guard let native, native == second else { return false }
    return mine != native && Known.reason(piece, mine, native, self.native.dataSegments) == nil
  }

  private func judge(_ piece: Case) throws {
    let (mine, native, second) = try outcomes(piece)
    guard let native, let second, native == second else {
      if getenv("FUZZ_DEBUG") != nil { print("UNSTABLE", piece.seed, second.map { native?.differences(from: $0) ?? "first ended" } ?? "second ended", "BATCH", batchNote) }
      report.listed["the real processor does not agree with itself", default: 0] += 1
      return
    }
    if mine == native {
      if getenv("FUZZ_DEBUG") != nil { print("ALONE", piece.seed, batchNote) }
      report.listed["no difference when run alone", default: 0] += 1
      return
    }
    if let reason = Known.reason(piece, mine, native, self.native.dataSegments) {
      report.listed[reason, default: 0] += 1
      return
    }
    report.differences.append(try describe(reduce(piece)))
  }

  /// Takes away what the difference does not need: instructions, then prefixes of the start.
  private func reduce(_ piece: Case) throws -> Case {
    var best = piece
    for index in best.instructions.indices.reversed() {
      var shorter = best
      shorter.instructions[index] = [UInt8](repeating: 0x90, count: best.instructions[index].count)
      if try differs(shorter) { best = shorter }
    }
    while best.instructions.count > 1, let last = best.instructions.last, last.allSatisfy({ $0 == 0x90 }) {
      var shorter = best
      shorter.instructions.removeLast()
      guard try differs(shorter) else { break }
      best = shorter
    }
    for change in Self.simplifications {
      var simpler = best
      change(&simpler.input)
      if try differs(simpler) { best = simpler }
    }
    return best
  }

  private static var simplifications: [(inout Input) -> Void] {
    [{ $0.fpu = 0 }, { $0.eflags = 0x202 }, { $0.gs = Layout.flatData }] + (0..<8).map { index in { $0.registers[index] = index == 4 ? Layout.stack + 0x800 : 0 } }
  }

  private func describe(_ piece: Case) throws -> String {
    let (mine, native, _) = try outcomes(piece)
    let bytes = piece.instructions.map { $0.map { String(Int($0) + 256, radix: 16).dropFirst() }.joined() }.joined(separator: " ")
    let input = zip(["eax", "ecx", "edx", "ebx", "esp", "ebp", "esi", "edi", "eflags", "fpu", "gs", "fs"], piece.input.words)
      .map { "\($0) \(String($1, radix: 16))" }.joined(separator: " ")
    var text = "SEED=\(piece.seed): \(bytes)\n  from \(input)\n"
    text += native.map { "  \(mine.differences(from: $0))\n  natively \($0)" } ?? "  the server ended"
    if let listing = Disassembly.text(piece.code) { text += "\n" + listing }
    return text
  }
}

/// objdump's view of a piece of code, where there is one.
enum Disassembly {
  static func text(_ code: [UInt8]) -> String? {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("heirloom-fuzz-\(UUID().uuidString)")
    guard (try? Data(code).write(to: file)) != nil else { return nil }
    defer { try? FileManager.default.removeItem(at: file) }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/objdump")
    process.arguments = ["-D", "-b", "binary", "-m", "i386", "-M", "intel", file.path]
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return nil }
    let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    let lines = output.split(separator: "\n").filter { $0.contains(":\t") }
    return lines.isEmpty ? nil : lines.map { "  \($0)" }.joined(separator: "\n")
  }
}
