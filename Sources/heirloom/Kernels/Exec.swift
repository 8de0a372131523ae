import ArgumentParser
import HeirloomControl
import HeirloomKernel

struct Exec: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run a program in a running kernel, on this terminal.",
    usage: "heirloom exec [<options>] -- <PROGRAM> [<ARGS> ...]",
    discussion: """
      The program gets this command's standard files, working directory, umask and environment, and its signals: ^C, ^Z and \
      a change of the window's size reach it as they would here. When this command is killed or its terminal goes, the \
      program gets SIGHUP. In the background of a shell it starts with no input.

      EXAMPLES
        heirloom boot --root build/i386root &
        heirloom exec -- sh
        heirloom exec --table vector_1 -- sh -c 'echo $$'

      EXIT CODE
        PROGRAM's own, or 128 + N where signal N ended it; otherwise as of heirloom run
      """)

  @OptionGroup var kernel: KernelSelection

  @Option(help: ArgumentHelp("Start the program with this system call table, which a module has filled.", valueName: "NAME"))
  var table: String?

  @Argument(parsing: .postTerminator, help: ArgumentHelp("The program and its arguments.", valueName: "PROGRAM ARGS"))
  var program: [String] = []

  func validate() throws {
    if program.isEmpty { throw ValidationError("No program given: heirloom exec [options] -- PROGRAM ARGS ...") }
  }

  func run() throws {
    let connection = try kernel.connect()
    do {
      let search = ProgramSearch(root: connection.kernel.root)
      let path = try search.path(of: program[0])
      throw ExitCode(
        try ProgramSession.run(
          connection, path: path, arguments: program,
          environment: Host.environment.map { LosslessText.string($0) }, table: table))
    } catch let error as StartError {
      throw Failure.reported(error.description, error.exitCode)
    } catch let error as ControlError {
      throw Failure.reported(error)
    }
  }
}
