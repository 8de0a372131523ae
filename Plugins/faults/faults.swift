// What a program meets on a bad day, in the table "faults": every nth read(2) and write(2) is interrupted, or does half of what
// was asked for. A program that does not look at what a call answers shows it soon.
import HeirloomModule
import Synchronization

@main struct Faults: Module {
  @Parameter("every", in: 1...1_000_000, "which call fails: 3 is the third, the sixth and so on") static var every: Int = 3
  @Parameter("short", "half of the bytes in place of EINTR") static var isShort: Bool = false

  /// Reads and writes so far, of all programs under the table.
  static let calls = Atomic(0)

  static func load() throws(Errno) {
    try SyscallTable("faults").register(
      .read { fd, buffer, count throws(Errno) in try callNext(fd, buffer, granted(count)) },
      .write { fd, buffer, count throws(Errno) in try callNext(fd, buffer, granted(count)) })
  }

  /// How many of `count` bytes a call may have. - Throws: EINTR, for none.
  static func granted(_ count: UInt32) throws(Errno) -> UInt32 {
    guard calls.add(1, ordering: .relaxed).newValue % every == 0 else { return count }
    if !isShort { throw .EINTR }
    return max(1, count / 2)
  }
}
