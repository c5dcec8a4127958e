package org.reckoner.collect.distil;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.reckoner.core.meter.Sample;

class MappingFileTest {

    private static final MappingFile.Options OPTIONS = new MappingFile.Options(type -> Optional.empty(), false);

    @TempDir
    private Path folder = Path.of(".");

    private Mappings read(String text) throws IOException {
        return MappingFile.read(
                Files.writeString(folder.resolve("meter_mappings.yml"), text), Optional.empty(), OPTIONS);
    }

    @Test
    void distils_own_list_of_22_is_read_as_it_is() {
        Mappings mappings = MappingFile.read(
                Path.of("src/test/resources/org/reckoner/collect/distil/meter_mappings.yml"),
                Optional.of(Path.of("src/test/resources/org/reckoner/collect/distil/transformer.yaml")),
                OPTIONS);

        assertThat(mappings.entries()).hasSize(22);
        assertThat(mappings.of("instance"))
                .extracting(entry -> entry.transformer().getClass().getSimpleName())
                .containsExactly("Uptime", "FromImage");
        assertThat(mappings.services())
                .containsEntry("b1.standard", "B.s")
                .containsEntry("n1.ipv4", "s")
                .containsEntry("p1.coe", "s")
                .containsEntry("n1.international-out", "B");
        assertThat(mappings.keys()).contains("image_ref", "display_name", "status", "properties.image_name");
    }

    @Test
    void the_configuration_file_of_before_is_read_with_meters_as_a_list_or_by_name() throws IOException {
        String list = """
                main: {region: nz}
                collection:
                  max_windows_per_cycle: 0
                  meter_mappings:
                    - {meter: instance, type: Virtual Machine, transformer: InstanceUptime, unit: second}
                transformers:
                  uptime: {tracked_states: [active]}
                """;
        String byMeter = """
                collection:
                  meter_mappings:
                    instance: {type: Virtual Machine, transformer: InstanceUptime, unit: second}
                transformers:
                  uptime: {tracked_states: [active]}
                """;

        assertThat(read(list)).isEqualTo(read(byMeter));
        assertThat(read(list).entries().getFirst().transformer())
                .isEqualTo(new Uptime(java.util.Set.of("active"), false, false));
    }

    @Test
    void metadata_may_be_said_once_for_a_type_with_templates_only_where_ids_are_made() throws IOException {
        Mappings mappings = read("""
                collection:
                  meter_mappings:
                    volume.size: {type: Volume, transformer: GaugeMax, unit: gigabyte}
                    instance: {type: Volume, transformer: FromImage, unit: gigabyte, transform_info: True,
                               res_id_template: "%s-root_disk"}
                  metadata_def:
                    Volume:
                      name: {sources: [display_name], template: "%s - root disk"}
                """);

        assertThat(mappings.of("volume.size").getFirst().fields().getFirst().template())
                .isEqualTo(Mapping.Template.SAME);
        assertThat(mappings.of("instance")
                        .getFirst()
                        .fields()
                        .getFirst()
                        .template()
                        .with("web"))
                .isEqualTo("web - root disk");
    }

    @Test
    void everything_that_is_not_known_is_refused_at_once_with_file_entry_and_key() {
        assertThatThrownBy(() -> read("""
                - {meter: instance, type: Virtual Machine, transformer: uptimes, unit: second}
                - {meter: volume.size, type: Volume, transformer: max, unit: furlong}
                - {meter: ip.floating, type: Floating IP, transformer: max, unit: hour, services: n1.ipv4}
                - {meter: router, transformer: max, unit: hour, res_id_template: "%s-%s"}
                - {meter: image.size, type: Image, transformer: max, unit: byte, metadata: {name: {from: [name]}}}
                - {meter: network, type: Network, transformer: max, unit: second}
                """))
                .isInstanceOf(BadMapping.class)
                .hasMessageContaining("meter_mappings.yml: entry 1 (instance): unknown transformer 'uptimes'")
                .hasMessageContaining("entry 2 (volume.size): unknown unit 'furlong'")
                .hasMessageContaining("entry 3 (ip.floating): unknown key 'services'")
                .hasMessageContaining("entry 4 (router): 'type' is missing")
                .hasMessageContaining("entry 4 (router): 'res_id_template' is '%s-%s'")
                .hasMessageContaining("entry 5 (image.size), metadata, name: unknown key 'from'")
                .hasMessageContaining("entry 6 (network): what is held is told in hour, byte or gigabyte");
    }

    @Test
    void a_file_that_is_not_there_or_no_yaml_is_told() {
        assertThatThrownBy(() -> MappingFile.read(folder.resolve("none.yml"), Optional.empty(), OPTIONS))
                .hasMessageContaining("none.yml: it is not there");
        assertThatThrownBy(() -> read("- {meter: [")).hasMessageContaining("is not YAML");
    }

    @Test
    void an_entry_without_a_transformer_is_integrated_over_time() throws IOException {
        assertThat(read("- {meter: volume.size, type: Volume, unit: gigabyte}")
                        .entries()
                        .getFirst()
                        .transformer())
                .isEqualTo(new Integral());
    }

    @Test
    void a_service_that_is_called_like_a_meter_of_reckoners_own_gets_another_name() throws IOException {
        assertThat(read("""
                - {meter: volume.size, type: Volume, unit: gigabyte}
                - {meter: ip.floating, type: Floating IP, unit: hour}
                - {meter: router, type: Router, unit: hour, service: router}
                """).services()).containsOnlyKeys("ceilometer.router", "ceilometer.volume.size", "ip.floating");
    }

    @Test
    void a_resource_gets_its_id_and_attributes_by_templates() throws IOException, Unmeasurable {
        Mapping disk = read("""
                - meter: instance
                  type: Volume
                  transformer: fromimage
                  unit: gigabyte
                  res_id_template: "%s-root_disk"
                  metadata:
                    name: {sources: [display_name], template: "%s - root disk"}
                    availability zone: {sources: ["OS-EXT-AZ:availability_zone"]}
                    host: {sources: [node, host]}
                """).entries().getFirst();
        Sample sample = Told.sample(
                0,
                Sample.Kind.GAUGE,
                Optional.of(BigDecimal.ONE),
                Map.of("image_ref", "id", "root_gb", "20", "display_name", "web", "host", "h1"));

        Mapping.Measured measured = disk.measure(List.of(sample), Told.HOUR).orElseThrow();

        assertThat(measured.type()).isEqualTo("volume");
        assertThat(measured.resource()).isEqualTo("resource-root_disk");
        assertThat(measured.attributes()).isEqualTo(Map.of("name", "web - root disk", "host", "h1"));
        assertThat(measured.flows().get("b1.standard")).isEqualTo(new BigDecimal(20L * 3600 * 1024 * 1024 * 1024));
    }

    @Test
    void a_swift_container_is_known_by_the_md5_of_its_id_and_named_by_its_own_part() throws IOException, Unmeasurable {
        Mapping container = read("""
                - {meter: storage.containers.objects.size, type: Object Storage Container,
                   transformer: max, unit: byte, service: o1.standard}
                """).entries().getFirst();
        Sample told = Told.sample(0, Sample.Kind.GAUGE, Optional.of(BigDecimal.TEN), Map.of());
        Sample sample = new Sample(
                told.id(),
                told.meter(),
                told.kind(),
                "fake_project_id/my_container",
                told.project(),
                told.source(),
                told.time(),
                told.volume(),
                told.metadata());

        Mapping.Measured measured =
                container.measure(List.of(sample), Told.HOUR).orElseThrow();

        assertThat(measured.resource()).matches("[0-9a-f]{32}");
        assertThat(measured.attributes()).containsEntry("name", "my_container");
        assertThat(measured.type()).isEqualTo("object_storage_container");
    }

    @Test
    void negative_use_is_refused() throws IOException {
        Mapping volume = read("- {meter: volume.size, type: Volume, transformer: max, unit: gigabyte}")
                .entries()
                .getFirst();

        assertThatThrownBy(() -> volume.measure(Told.volumes("-3@0 -1@10"), Told.HOUR))
                .isInstanceOf(Unmeasurable.class)
                .hasMessageContaining("nothing below zero");
    }
}
