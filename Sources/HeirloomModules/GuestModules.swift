public import HeirloomABI
public import HeirloomKernel
internal import Synchronization

/// What guests may do with modules, and what they see of them.
extension ModuleLoader: ModuleKeeper {
  /// As lsmod(8) reads it: name, bytes, users, who they are, state, address, and (D) for one that has crashed.
  public func modulesText(showsAddresses: Bool) -> String {
    let (modules, others) = lists.withLock { ($0.modules, $0.leaving + $0.pinned) }
    // The last one first, as Linux has it.
    return modules.reversed().map { line($0, showsAddresses) }.joined() + others.map { line($0, showsAddresses) }.joined()
  }

  private func line(_ module: Module, _ showsAddresses: Bool) -> String {
    let state =
      switch module.state {
      case .loading: "Loading"
      case .live, .quarantined: "Live"
      case .unloading, .leaving, .pinned: "Unloading"
      }
    let digits = String(showsAddresses ? module.image.base : 0, radix: 16)
    let address = "0x" + String(repeating: "0", count: max(0, 16 - digits.count)) + digits
    let taint = module.isQuarantined ? " (D)" : ""
    let users = users(of: module).map { $0.name + "," }
    let usedBy = users.isEmpty ? "-" : users.joined()
    return "\(module.name) \(module.image.size) \(users.count) \(usedBy) \(state) \(address)\(taint)\n"
  }

  public func insert(_ bytes: [UInt8], path: String?, parameters: String) throws(Errno) {
    // insmod(8) asks with the file, and where that is refused once more with its bytes.
    let again = lists.withLock { $0.refused.flatMap { $0.bytes == Refusal.digest(bytes) ? $0 : nil } }
    do throws(ModuleError) {
      let path = path ?? again?.path
      let info = try ModuleInfo(bytes: bytes, path: path ?? ModuleInfo.memory)
      if path == nil && !info.isNamed {
        throw ModuleError(.ENOEXEC, "\(ModuleInfo.memory): the module has no name; give it one with MODULE_INFO(name, \"...\"), or use finit_module")
      }
      try load(info, parameters: try Self.words(parameters))
    } catch {
      if error.description != again?.message { kernel.log.write(.error, error.description) }
      let refusal = path.map { Refusal(bytes: Refusal.digest(bytes), path: $0, message: error.description) }
      lists.withLock { $0.refused = refusal }
      throw error.code
    }
  }

  /// A module that a guest has not got in.
  struct Refusal {
    let bytes: Int
    let path: String
    let message: String

    static func digest(_ bytes: [UInt8]) -> Int { bytes.hashValue }
  }

  public func remove(_ name: String, waits: Bool, insists: Bool) throws(Errno) {
    // One that does not wait still lets short calls end.
    let (short, long): (UInt64, UInt64) = (50_000_000, 10_000_000_000)
    do throws(ModuleError) {
      try unload(named: name, deadline: waits ? long : short, interrupt: insists)
    } catch {
      // A guest gets a number; the sentence is for the log.
      kernel.log.write(.error, error.description)
      throw error.code == .EBUSY ? .EAGAIN : error.code
    }
  }

  /// A module's command line, as Linux divides it: `a=1 b="two words"`.
  static func words(_ line: String) throws(ModuleError) -> [String] {
    var words: [String] = []
    var word = ""
    var isQuoted = false
    for character in line + " " {
      switch character {
      case "\"": isQuoted.toggle()
      case " ", "\t", "\n":
        if isQuoted { word.append(character) } else if !word.isEmpty {
          words.append(word)
          word = ""
        }
      default: word.append(character)
      }
    }
    if isQuoted { throw ModuleError(.EINVAL, "module parameters '\(line)': a quote is not closed") }
    return words
  }
}
