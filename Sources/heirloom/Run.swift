import ArgumentParser
import HeirloomKernel
import HeirloomModules

struct Run: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run an i386 program.",
    usage: "heirloom run [<options>] -- <PROGRAM> [<ARGS> ...]",
    discussion: """
      PROGRAM is looked up in PATH unless it holds a slash. It gets the caller's environment, working directory and open \
      files. The kernel ends with it: what it leaves in the background is killed (see heirloom boot).

      EXAMPLES
        heirloom run -- ./hello world
        heirloom run --module getpid2.so --table vector_1 -- ./hello
        heirloom run --module delay.so calls=read,write ms=20 --table slow -- ./hello
        heirloom run --root build/i386root -- ls /etc

      EXIT CODE
        PROGRAM's own; 128 + N where signal N ended it, as in a shell
        127  there is no such program
        126  it cannot run
        125  a module, the table or the root is at fault
        64   this command was not used as shown here
      """)

  @OptionGroup var setup: KernelSetup

  @Option(help: ArgumentHelp("Start the program with this system call table, which a module has filled.", valueName: "NAME"))
  var table: String?

  @Argument(parsing: .postTerminator, help: ArgumentHelp("The program and its arguments.", valueName: "PROGRAM ARGS"))
  var program: [String] = []

  func validate() throws {
    if program.isEmpty { throw ValidationError("No program given: heirloom run [options] -- PROGRAM ARGS ...") }
  }

  func run() throws { try Self.run(program, table: table, setup.settings) }

  /// - Parameter program: the program and its arguments, `LosslessText`.
  /// - Throws: always: an `ExitCode`, the program's or that of what has gone wrong, which is reported then.
  static func run(_ program: [String], table: String? = nil, _ settings: KernelSettings) throws {
    let environment = Host.environment
    do {
      let search = ProgramSearch(root: settings.root)
      let path = try search.path(of: program[0])
      let session = try settings.start(command: program)
      defer { session.end() }
      let status = try session.kernel.run(
        StartRequest(
          path: LosslessText.bytes(path), arguments: program.map { LosslessText.bytes($0) }, environment: environment, table: table),
        afterAWhile: session.settle)
      if settings.isVerbose {
        MissingCalls(session.kernel.missingCalls).report()
        let done = session.kernel.translations
        Host.printError(
          "heirloom: \(done.translatedInstructions) instructions translated; code cache emptied \(done.flushes) times\n")
      }
      throw ExitCode(status.shellCode)
    } catch let error as StartError {
      throw Failure.reported(error.description, error.exitCode)
    } catch let error as ModuleError {
      throw Failure.reported(error.description, Failure.own)
    }
  }
}
