import ArgumentParser
import HeirloomControl

/// The options of `run` and `boot` about the kernel.
struct KernelSetup: ParsableArguments {
  @Option(
    name: .customLong("module"),
    help: ArgumentHelp(
      "Load a module first. The key=value words after it set its parameters. May be repeated.",
      valueName: "FILE.so [key=value ...]"))
  var modules = KernelSettings.usual.modules

  @Option(
    help: ArgumentHelp(
      "Make the tables and load the modules that FILE holds (heirloom tables save).", valueName: "FILE"),
    completion: .file(extensions: ["toml"]))
  var tables: String?

  @Option(
    help: ArgumentHelp(
      "Load the modules in DIR, and follow it: what is put there later is loaded, what is replaced reloaded, what is removed "
        + "unloaded. NAME.conf beside NAME.so holds its parameters, a line each.",
      valueName: "DIR"),
    completion: .directory)
  var plugins: String?

  @Option(help: ArgumentHelp("Let programs see DIR as their root directory.", valueName: "DIR"), completion: .directory)
  var root = KernelSettings.usual.root

  @Option(help: ArgumentHelp("Who the program is, in numbers; else the user who runs this command. Files are opened with that one's rights.", valueName: "UID[:GID]"))
  var user: UserID?

  @Option(help: ArgumentHelp("What other commands may call this kernel (--kernel); else it has the program's name.", valueName: "NAME"))
  var name: String?

  @Flag(help: "Let guests with CAP_SYS_MODULE (uid 0) load and unload modules: insmod and rmmod work inside.")
  var allowGuestModules = KernelSettings.usual.allowsGuestModules

  @Option(help: ArgumentHelp("Where the random numbers of rules with a chance begin (0).", valueName: "N"))
  var seed = KernelSettings.usual.seed

  @Option(help: ArgumentHelp("Name a module's handler in the log when it has not returned for so long (10).", valueName: "SECONDS"))
  var watchdog = KernelSettings.usual.watchdog

  @Option(
    name: .customLong("code-cache"),
    help: ArgumentHelp("Keep at most so many KiB of translated code, from 256 to 262144, which is the default.", valueName: "KIB"))
  var codeCache: Int?

  @Flag(name: .shortAndLong, help: "Say at the end which system calls were asked for and are missing, and how much was translated; show debug messages.")
  var verbose = KernelSettings.usual.isVerbose

  @Flag(name: .shortAndLong, help: "Keep the messages of the kernel and of modules (printk) off standard error.")
  var quiet = KernelSettings.usual.isQuiet

  func validate() throws {
    if let codeCache, !(256...262144).contains(codeCache) {
      throw ValidationError("--code-cache takes KiB, from 256 to 262144: '\(codeCache)'")
    }
    if !(0.1...1e6).contains(watchdog) { throw ValidationError("--watchdog takes seconds, from 0.1 on") }
    if let name, !ControlledKernel.isValidName(name) {
      throw ValidationError("--name takes letters, digits, '.', '_' and '-', and no number: '\(name)'")
    }
  }

  var settings: KernelSettings {
    KernelSettings(
      modules: modules, tables: tables, plugins: plugins, root: root, user: user, name: name,
      allowsGuestModules: allowGuestModules, seed: seed, watchdog: watchdog, codeCache: codeCache, isVerbose: verbose,
      isQuiet: quiet)
  }
}
