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
    return "\(module.name) \(module.image.size) 0 - \(state) \(address)\(taint)\n"
  }

  public func insert(_ bytes: [UInt8], path: String, parameters: String) throws(Errno) {
    try reporting { () throws(ModuleError) in
      try load(try ModuleInfo(bytes: bytes, path: path), parameters: try Self.words(parameters))
    }
  }

  public func remove(_ name: String, waits: Bool, insists: Bool) throws(Errno) {
    // One that does not wait still lets short calls end.
    let (short, long): (UInt64, UInt64) = (50_000_000, 10_000_000_000)
    do throws(Errno) {
      try reporting { () throws(ModuleError) in
        try unload(named: name, deadline: waits ? long : short, interrupt: insists)
      }
    } catch { throw error == .EBUSY ? .EAGAIN : error }
  }

  /// A guest gets a number; the sentence is for the log.
  private func reporting(_ body: () throws(ModuleError) -> Void) throws(Errno) {
    do throws(ModuleError) { try body() } catch {
      kernel.log.write(.error, error.description)
      throw error.code
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
