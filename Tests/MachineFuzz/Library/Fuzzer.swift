import Foundation
import Synchronization

/// Compares the machine with the real processor on random code.
public final class Fuzzer: Sendable {
  public struct Report: Sendable {
    public var cases = 0
    /// Explained differences, by their reason.
    public var listed: [String: Int] = [:]
    /// Text of each difference that nothing explains.
    public var differences: [String] = []
    /// How the cases ended: by signal.
    public var ends: [UInt32: Int] = [:]

    mutating func add(_ other: Report) {
      cases += other.cases
      listed.merge(other.listed, uniquingKeysWith: +)
      differences += other.differences
      ends.merge(other.ends, uniquingKeysWith: +)
    }
  }

  private let first: NativeProgram
  private let second: NativeProgram
  private let workers: Int

  /// - Parameter workers: how many threads work, each beside a native process of its own.
  public init(workers: Int = 1) throws {
    first = try NativeProgram(base: 0x0804_8000)
    second = try NativeProgram(base: 0x6804_8000)
    self.workers = workers
  }

  /// Runs the cases from number `start` on, as many as there is time for.
  ///
  /// - Parameters:
  ///   - repeats: how often each case runs, for what happens at some runs only.
  ///   - differenceLimit: more differences than these end it.
  ///   - note: called with the report on each batch, from one thread at a time.
  public func run(
    first start: UInt64, count: UInt64, repeats: UInt64 = 1, until end: Date = .distantFuture, differenceLimit: Int = 100,
    note: @escaping @Sendable (Report) -> Void = { _ in }
  ) throws -> Report {
    struct State: Sendable {
      var begun: UInt64 = 0
      var report = Report()
      var failure: (any Error)?
    }
    let runs = count.multipliedReportingOverflow(by: repeats).overflow ? .max : count * repeats
    let state = Mutex(State())
    let takeBatch: @Sendable () -> Range<UInt64>? = {
      state.withLock { state in
        guard state.begun < runs, state.failure == nil, state.report.differences.count < differenceLimit, Date() < end else { return nil }
        let batch = state.begun..<min(state.begun + UInt64(Layout.cases), runs)
        state.begun = batch.upperBound
        return batch
      }
    }
    DispatchQueue.concurrentPerform(iterations: workers) { number in
      let processors = Processors.ofThread
      defer { processors.take() }
      processors.one(number).take()
      do {
        let worker = try Worker(first.url, second.url)
        while let batch = takeBatch() {
          let report = try worker.run(batch.map { Generator.makeCase(start &+ $0 / repeats) })
          state.withLock { state in
            state.report.add(report)
            note(report)
          }
        }
      } catch {
        state.withLock { state in state.failure = error }
      }
    }
    return try state.withLock { state in
      if let failure = state.failure { throw failure }
      return state.report
    }
  }
}

/// One machine, and two native processes: the second sorts out what depends on the first one's own memory.
final class Worker {
  private let native: NativeServer
  private let secondProgram: URL
  private lazy var second = Result { try NativeServer(secondProgram) }
  private let machine: GuestMachine
  private let outputs = UnsafeMutableRawPointer.allocate(byteCount: Layout.cases * Layout.outputSize, alignment: 64)
  private let memory = UnsafeMutableRawPointer.allocate(byteCount: Layout.cases * Layout.memorySize, alignment: 64)
  private var report = Fuzzer.Report()

  init(_ program: URL, _ secondProgram: URL) throws {
    native = try NativeServer(program)
    self.secondProgram = secondProgram
    machine = try GuestMachine()
  }

  deinit {
    outputs.deallocate()
    memory.deallocate()
  }

  func run(_ cases: [Case]) throws -> Fuzzer.Report {
    report = Fuzzer.Report()
    try native.begin(cases, cases.indices)
    try runMachine(cases, cases.indices)
    var suspects = try native.finish()
    for index in cases.indices {
      report.ends[mine(index).load(as: UInt32.self), default: 0] += 1
      if !Output.areEqual(mine(index), native.place(ofOutput: index)), !suspects.contains(index) { suspects.append(index) }
    }
    report.cases = cases.count
    // To judge one runs cases anew, which leaves other ends.
    let inBatch = suspects.map { InBatch(mine: mineOutput($0), native: native.output($0), ticked: native.wasTicked($0)) }
    for (index, ends) in zip(suspects, inBatch) { try judge(cases, index, ends) }
    return report
  }

  private func runMachine(_ cases: [Case], _ range: Range<Int>) throws {
    try machine.run(
      cases, range, code: native.shared + Layout.codeAt, outputs: outputs, memory: memory, slots: native.memorySlots)
  }

  private func mine(_ index: Int) -> UnsafeRawPointer { UnsafeRawPointer(outputs + index * Layout.outputSize) }

  private func mineOutput(_ index: Int) -> Output {
    Output(at: mine(index), memory: native.memorySlots[index].map { UnsafeRawPointer(memory + $0 * Layout.memorySize) })
  }

  /// What the three make of one case of a batch, after no other.
  private struct Outcome {
    let mine: Output
    /// nil where the case has ended the server.
    let native, second: Output?
    let segments: (es: UInt32, ds: UInt32)
  }

  private func outcome(_ cases: [Case], _ index: Int) throws -> Outcome {
    func run(_ server: NativeServer) throws -> Output? {
      try server.begin(cases, index..<index + 1)
      return try server.finish().isEmpty ? server.output(index) : nil
    }
    let second = try run(second.get())
    let native = try run(native)
    try runMachine(cases, index..<index + 1)
    return Outcome(mine: mineOutput(index), native: native, second: second, segments: self.native.dataSegments(index))
  }

  private func differs(_ cases: [Case], _ index: Int) throws -> Bool {
    let outcome = try outcome(cases, index)
    guard let native = outcome.native, native == outcome.second else { return false }
    return outcome.mine != native && Known.reason(cases[index], outcome.mine, native, outcome.segments) == nil
  }

  /// How a case has ended among the others.
  private struct InBatch {
    let mine, native: Output
    let ticked: Bool
  }

  private func judge(_ cases: [Case], _ index: Int, _ inBatch: InBatch) throws {
    let outcome = try outcome(cases, index)
    guard let native = outcome.native, let second = outcome.second, native == second else {
      report.listed["the real processor does not agree with itself", default: 0] += 1
      return
    }
    if outcome.mine == native {
      if inBatch.mine["signal"] == Output.timeout || inBatch.native["signal"] == Output.timeout {
        report.listed["one has run out of time, of milliseconds", default: 0] += 1
      } else if inBatch.ticked {
        report.listed["the native process was interrupted by its timer", default: 0] += 1
      } else if let reason = Known.reason(inBatch: [inBatch.mine, inBatch.native], alone: native) {
        report.listed[reason, default: 0] += 1
      } else {
        let change = inBatch.mine.differences(from: inBatch.native)
        report.differences.append("SEED=\(cases[index].seed) in the batch of SEED=\(cases[0].seed) only: \(change)\n" + (try describe(cases[index])))
      }
      return
    }
    let addresses = [native["address"], outcome.mine["address"]]
    if let second = try? self.second.get(),
      addresses.contains(where: { self.native.hasOwnMemory(at: $0) && second.hasOwnMemory(at: $0) })
    {
      report.listed["both native processes have memory of the kernel's there", default: 0] += 1
      return
    }
    if let reason = Known.reason(cases[index], outcome.mine, native, outcome.segments) {
      report.listed[reason, default: 0] += 1
      return
    }
    // Alone the case can be brought back; where it runs into others', with them only.
    if try differs([cases[index]], 0) {
      report.differences.append(try describe(reduce(cases[index])))
    } else {
      report.differences.append("with FUZZ_COUNT=\(cases.count) SEED=\(cases[0].seed): " + (try describe(cases[index])))
    }
  }

  /// Takes away what the difference does not need: instructions, then parts of the start.
  private func reduce(_ piece: Case) throws -> Case {
    var best = piece
    for index in best.instructions.indices.reversed() {
      var shorter = best
      shorter.instructions[index] = [UInt8](repeating: 0x90, count: best.instructions[index].count)
      if try differs([shorter], 0) { best = shorter }
    }
    while best.instructions.count > 1, let last = best.instructions.last, last.allSatisfy({ $0 == 0x90 }) {
      var shorter = best
      shorter.instructions.removeLast()
      guard try differs([shorter], 0) else { break }
      best = shorter
    }
    for change in Self.simplifications {
      var simpler = best
      change(&simpler.input)
      if try differs([simpler], 0) { best = simpler }
    }
    return best
  }

  private static var simplifications: [(inout Input) -> Void] {
    [{ $0.fpu = 0 }, { $0.eflags = 0x202 }, { $0.gs = Layout.flatData }] + (0..<8).map { index in { $0.registers[index] = index == 4 ? Layout.stack + 0x800 : 0 } }
  }

  private func describe(_ piece: Case) throws -> String {
    let outcome = try outcome([piece], 0)
    let bytes = piece.instructions.map { $0.map { String(Int($0) + 256, radix: 16).dropFirst() }.joined() }.joined(separator: " ")
    let input = zip(["eax", "ecx", "edx", "ebx", "esp", "ebp", "esi", "edi", "eflags", "fpu", "gs", "fs"], piece.input.words)
      .map { "\($0) \(String($1, radix: 16))" }.joined(separator: " ")
    var text = "SEED=\(piece.seed): \(bytes)\n  from \(input)\n"
    text += outcome.native.map { "  \(outcome.mine.differences(from: $0))\n  natively \($0)" } ?? "  the server ended"
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
