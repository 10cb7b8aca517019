import { LabCommand } from '../command.ts'
export class Status extends LabCommand {
  static override summary = 'show the map'
  async run(): Promise<unknown> {
    await this.parse(Status)
    this.say('hi')
    return {}
  }
}
