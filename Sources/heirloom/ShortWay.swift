import ArgumentParser
import HeirloomControl

/// Commands that are parsed by themselves where that succeeds: to build the tree of all commands first costs more than a small
/// program's run or a request to a kernel takes. Whatever else is asked for, help and mistakes included, takes the whole way.
enum ShortWay {
  /// - Returns: whether the words were such a command's, and it has run.
  static func run(_ words: [String]) -> Bool {
    if runPlain(words) { return true }
    guard let word = words.first, let type = command(word),
      var command = try? type.parse(Array(words.dropFirst()))
    else { return false }
    do { try command.run() } catch let code as ExitCode { Host.exit(code.rawValue) } catch { type.exit(withError: error) }
    return true
  }

  /// run, insmod and rmmod without options: their words stand for themselves, and the parser, of which they would need nothing,
  /// takes longer than all the rest that insmod and rmmod do, and a quarter of a small program's run.
  private static func runPlain(_ words: [String]) -> Bool {
    guard words.count > 1 else { return false }
    // Behind `--` all is the program's.
    let isRun = words[0] == "run" && words[1] == "--" && words.count > 2
    guard isRun || words.dropFirst().allSatisfy({ !$0.isEmpty && !$0.hasPrefix("-") }) else { return false }
    do {
      switch (words[0], words.count) {
      case ("run", _) where isRun: try Run.run(Array(words.dropFirst(2)), .usual)
      case ("insmod", _): try InsMod.insert(words[1], Array(words.dropFirst(2)), into: nil)
      case ("rmmod", 2): _ = try KernelSelection.ask(RemoveModule(module: words[1], seconds: nil, interrupt: false), of: nil)
      default: return false
      }
    } catch { Host.exit((error as? ExitCode)?.rawValue ?? Failure.own) }
    return true
  }

  private static func command(_ word: String) -> (any ParsableCommand.Type)? {
    switch word {
    case "run": Run.self
    case "exec": Exec.self
    case "insmod": InsMod.self
    case "rmmod": RmMod.self
    case "reload": Reload.self
    case "lsmod": LsMod.self
    case "ps": Ps.self
    default: nil
    }
  }
}
