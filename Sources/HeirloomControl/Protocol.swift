public import HeirloomKernel
public import HeirloomModules

/// Speaking to a running kernel.
///
/// **The socket.** Each kernel listens on a Unix stream socket (mode 0600) in its user's `RuntimeFolder`. It drops whoever is
/// another user by SO_PEERCRED (unix(7)).
///
/// **Frames.** Both sides send frames: four bytes of length, little-endian, at most 64 MiB, and that many bytes of JSON, an
/// object. One connection serves one request:
///
///     kernel    {"heirloom": 2, "kernel": {"pid": …, "name": …, …}}          the greeting; 2 is `version`
///     command   {"heirloom": 2, "request": "dmesg", "arguments": {…}}        descriptors may come with it (SCM_RIGHTS)
///     kernel    {"reply": {…}}                                               any number of them, as they come
///     command   {"event": {…}}                                               at any time, where the request takes events
///     kernel    {"end": true}   or   {"error": {"message": …, "exitCode": …}}
///
/// A side that is done closes. A peer of another version, one that sends anything else, that sends no request within
/// `requestTime` or does not take its replies within `sendTime`, gets an error frame where that can be, and the end. Each
/// connection has a thread of its own and there are at most `maximumConversations`, so nobody waits for another.
///
/// **A request** is one type in Requests/: its fields are the arguments, `Reply` is what one reply frame holds, `serve` is
/// what the kernel does. It has a row in `ControlProtocol.requests`, and a command of its own in Sources/heirloom. Members
/// that are added to a request or a reply are optional; any other change makes a new `version`.
public enum ControlProtocol {
  /// Of the frames and of every request.
  public static let version = 2

  /// Nanoseconds that a peer has for its request, and for taking a reply.
  static let requestTime: UInt64 = 10_000_000_000
  static let sendTime: UInt64 = 10_000_000_000
  static let maximumConversations = 64

  /// Every request there is.
  static let requests: [any ControlRequest.Type] = [
    ListModules.self, InsertModule.self, RemoveModule.self, ReloadModule.self, DescribeModule.self, ListProcesses.self,
    RunProgram.self, ReadLog.self, ReadStatistics.self, ListEntries.self, Shutdown.self, ListTables.self, SaveTables.self,
    LoadTables.self, AttachTable.self,
    ExplainCall.self, TraceCalls.self, WatchCalls.self,
  ]
}

/// Something that a kernel can be asked for.
public protocol ControlRequest: Codable, Sendable {
  /// As it travels, and as the command is called.
  static var name: String { get }
  /// What one reply frame holds.
  associatedtype Reply: Codable & Sendable

  /// Serves the request, on a thread of its own in the kernel's process.
  ///
  /// - Throws: what the command prints; also where the peer has gone, from `conversation.reply`.
  func serve(_ kernel: ControlledKernel, _ conversation: Conversation<Reply>) throws(ControlError)
}

/// A reply without content.
public struct Nothing: Codable, Sendable { public init() {} }

/// What requests act on.
public final class ControlledKernel: Sendable {
  public let kernel: Kernel
  public let loader: ModuleLoader
  public let identity: KernelIdentity

  /// - Parameters:
  ///   - name: as the user gave it; nil: after the command.
  ///   - command: the first program and its arguments; empty for a kernel that only serves.
  public init(kernel: Kernel, loader: ModuleLoader, name: String?, command: [String]) {
    self.kernel = kernel
    self.loader = loader
    identity = KernelIdentity(
      pid: currentProcess(), name: name ?? RuntimeFolder.name(after: command.first ?? "boot"), command: command,
      root: absolutePath(kernel.options.root))
  }

  /// Whether a kernel may be given that name: letters, digits, `.`, `_` and `-`, and not a number.
  public static func isValidName(_ name: String) -> Bool { RuntimeFolder.isValidName(name) }
}

/// What a kernel says of itself to whoever connects.
public struct KernelIdentity: Codable, Sendable, Equatable {
  public let pid: Int32
  /// As `--name` gave it, or after the program.
  public let name: String
  /// The program and its arguments; none for a kernel that was booted.
  public let command: [String]
  /// The guests' root directory, from the host's root.
  public let root: String

  public init(pid: Int32, name: String, command: [String], root: String) {
    self.pid = pid
    self.name = name
    self.command = command
    self.root = root
  }

  /// As a greeting has it, by hand: a command's first use of a decoder takes a tenth of its time. - Returns: nil for another thing.
  init?(greeting: JSON) {
    guard let kernel = greeting["kernel"], let pid = kernel["pid"]?.integer.flatMap({ Int32(exactly: $0) }),
      let name = kernel["name"]?.string, let root = kernel["root"]?.string, case .array(let command)? = kernel["command"]
    else { return nil }
    self.init(pid: pid, name: name, command: command.compactMap(\.string), root: root)
  }
}
