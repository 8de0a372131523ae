import Foundation
import MachineFuzz

// Random i386 code on the machine and on the real processor. SEED=N FUZZ_COUNT=1 runs one case again, and FUZZ_REPEAT=N runs it often.

func number(_ name: String) -> UInt64? { ProcessInfo.processInfo.environment[name].flatMap { UInt64($0) } }

let seconds = number("FUZZ_SECONDS").map { Double($0) } ?? (number("FUZZ_COUNT") == nil ? 60 : .infinity)
let limit = number("FUZZ_COUNT") ?? .max
let seed = number("SEED") ?? UInt64.random(in: 0..<1 << 40)
print("SEED=\(seed)")
let workers = number("FUZZ_WORKERS").map { Int(clamping: $0) } ?? ProcessInfo.processInfo.activeProcessorCount
do {
  let start = Date()
  let report = try Fuzzer(workers: max(workers, 1)).run(
    first: seed, count: limit, repeats: max(number("FUZZ_REPEAT") ?? 1, 1), until: seconds.isInfinite ? .distantFuture : start + seconds
  ) { report in
    for text in report.differences { print(text) }
  }
  let elapsed = -start.timeIntervalSinceNow
  print("\(report.cases) sequences, \(Int(Double(report.cases) / elapsed)) a second")
  for (signal, count) in report.ends.sorted(by: { $0.key < $1.key }) { print("  ended by signal \(signal): \(count)") }
  for (reason, count) in report.listed.sorted(by: { $0.key < $1.key }) { print("  listed: \(reason): \(count)") }
  print("\(report.differences.count) differences")
  exit(report.differences.isEmpty ? 0 : 1)
} catch {
  print("machine-fuzz: \(error)")
  exit(2)
}
